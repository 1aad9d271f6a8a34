import { afterAll, beforeAll, expect, it } from 'vitest'
import { ROOM_PEERS_MAX, roomRules } from '../../protocol/limits.ts'
import { formatClientMessage } from '../../protocol/room/client-message.ts'
import type { MemberId } from '../../protocol/room/room-names.ts'
import { ListeningSignal } from '../signal/listening-signal.ts'
import { RoomVisitor, testConnection, testPayload, testRoom } from '../signal/rooms/room-visitor.ts'

const SOCKETS_MAX = 40
const connection = testConnection('one')
const payload = testPayload('offer')

// Its clock stands still: what is used up stays used up.
let signal: ListeningSignal

beforeAll(async () => {
  signal = await ListeningSignal.start({ rooms: { socketsPerAddressMax: SOCKETS_MAX } })
})
afterAll(() => signal[Symbol.asyncDispose]())

const crowd = async (count: number, name: string): Promise<RoomVisitor[]> => {
  const visitors: RoomVisitor[] = []
  for (let i = 0; i < count; i += 1) {
    const visitor = await RoomVisitor.open(signal.url)
    await visitor.join(testRoom(name))
    visitors.push(visitor)
  }
  return visitors
}

it('C03: an answer has 8 of many, and asking again and again shows few', async () => {
  await using stack = new AsyncDisposableStack()
  for (const visitor of await crowd(30, 'a')) stack.use(visitor)
  const spy = stack.use(await RoomVisitor.open(signal.url))
  const seen = new Set<MemberId>()
  const answers: number[] = []
  for (let asked = 0; asked < 3 * roomRules.looks.burst; asked += 1) {
    const answer = await spy.ask(
      asked === 0 ? { type: 'join', room: testRoom('a') } : { type: 'peers' },
    )
    if (answer.type !== 'peers') continue
    answers.push(answer.peers.length)
    for (const peer of answer.peers) seen.add(peer)
  }
  expect(answers).toEqual(Array.from({ length: roomRules.looks.burst }, () => ROOM_PEERS_MAX))
  // Coming in again is a look as well.
  expect(await spy.ask({ type: 'join', room: testRoom('a') })).toMatchObject({ type: 'fault' })
})

it('C03: a room is found by who can name it, and its id is in no answer', async () => {
  await using member = await RoomVisitor.open(signal.url)
  await using spy = await RoomVisitor.open(signal.url)
  await member.join(testRoom('b'))
  for (const text of ['{"type":"peers"}', '{"type":"join"}', '{"type":"join","room":"*"}']) {
    spy.socket.send(text)
    const answer = await spy.next()
    expect(answer.type).toBe('fault')
    expect(JSON.stringify(answer)).not.toContain(testRoom('b'))
  }
  expect(await spy.join(testRoom('c'))).toEqual([])
  const metrics = await (await fetch(`${signal.url}/metrics`)).text()
  for (const secret of [testRoom('b'), member.id, '127.0.0']) expect(metrics).not.toContain(secret)
})

it('C03: nobody speaks in the name of another, or is heard by whom they do not know', async () => {
  await using a = await RoomVisitor.open(signal.url)
  await using b = await RoomVisitor.open(signal.url)
  await a.join(testRoom('d'))
  await b.join(testRoom('d'))
  const text = formatClientMessage({ type: 'relay', to: b.id, connection, payload })
  a.socket.send(text.replace('"type"', `"from":"${b.id}","type"`))
  expect(await b.next()).toMatchObject({ type: 'relay', from: a.id })
})

it('C04: an address has so many sockets, and another address its own', async () => {
  await using stack = new AsyncDisposableStack()
  for (const visitor of await crowd(SOCKETS_MAX, 'e')) stack.use(visitor)
  await expect(RoomVisitor.open(signal.url)).rejects.toThrow('answered 429')
  stack.use(await RoomVisitor.open(signal.url, { localAddress: '127.0.0.2' }))
  await stack.disposeAsync()
  await expect.poll(async () => socketCount()).toBe(0)
  await using again = await RoomVisitor.open(signal.url)
  expect(await again.join(testRoom('e'))).toEqual([])
})

it('C04: an address opens so many sockets in a while, however short each lives', async () => {
  const opens = { perSecond: 1, burst: 5 }
  await using other = await ListeningSignal.start({ rooms: { opens } })
  for (let i = 0; i < opens.burst; i += 1) {
    const visitor = await RoomVisitor.open(other.url)
    await visitor[Symbol.asyncDispose]()
  }
  await expect(RoomVisitor.open(other.url)).rejects.toThrow('answered 429')
  await using stranger = await RoomVisitor.open(other.url, { localAddress: '127.0.0.2' })
  expect(stranger.id).toHaveLength(22)
})

it('C04: the address is that of who connects, whatever a client says of itself', async () => {
  const rooms = { socketsPerAddressMax: 1 }
  const headers = { 'x-forwarded-for': '192.0.2.9' }
  await using open = await ListeningSignal.start({ rooms })
  await using first = await RoomVisitor.open(open.url)
  await expect(RoomVisitor.open(open.url, { headers })).rejects.toThrow('answered 429')
  await using proxied = await ListeningSignal.start({ rooms, trustedProxies: ['127.0.0.1'] })
  await using here = await RoomVisitor.open(proxied.url)
  await using there = await RoomVisitor.open(proxied.url, { headers })
  await expect(RoomVisitor.open(proxied.url, { headers })).rejects.toThrow('answered 429')
  expect(new Set([first.id, here.id, there.id]).size).toBe(3)
})

async function socketCount(): Promise<number> {
  const text = await (await fetch(`${signal.url}/metrics`)).text()
  return Number(/skerry_room_sockets\{who="member"\} (\d+)/.exec(text)?.[1])
}
