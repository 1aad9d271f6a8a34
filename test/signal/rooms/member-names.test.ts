import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deriveMemberId } from '../../../protocol/room/room-names.ts'
import { signSeedProof } from '../../../protocol/room/seed-proof.ts'
import { networkKey } from '../../protocol/record/samples.ts'
import { ListeningSignal } from '../listening-signal.ts'
import { alpha, signInvitation } from '../test-seed.ts'
import { RoomVisitor, testConnection, testPayload, testRoom, testSecret } from './room-visitor.ts'

const connection = testConnection('one')
const payload = testPayload('offer')
const secret = testSecret('ours')
const name = deriveMemberId(secret)
const other = deriveMemberId(testSecret('other'))

let signal: ListeningSignal

beforeAll(async () => {
  signal = await ListeningSignal.start()
})
afterAll(() => signal[Symbol.asyncDispose]())

/** @returns Whom one who comes into the room is told of. */
async function membersOf(room: string): Promise<readonly string[]> {
  await using visitor = await RoomVisitor.open(signal.url)
  return await visitor.join(testRoom(room))
}

describe('a member that shows a secret', () => {
  it('has one name at each socket and after each restart, and another by another secret', async () => {
    expect(name).not.toBe(other)
    for (let restart = 0; restart < 2; restart += 1) {
      await using first = await RoomVisitor.open(signal.url)
      await using second = await RoomVisitor.open(signal.url)
      await first.join(testRoom('a'), secret)
      expect(await second.join(testRoom('a'), testSecret('other'))).toEqual([name])
      expect(await first.ask({ type: 'peers' })).toEqual({ type: 'peers', peers: [other] })
      second.say({ type: 'relay', to: name, connection, payload })
      expect(await first.next()).toEqual({ type: 'relay', from: other, connection, payload })
      await signal.restart()
    }
  })

  it('takes the place of its first socket, whose end leaves the second where it is', async () => {
    await using old = await RoomVisitor.open(signal.url)
    await using anew = await RoomVisitor.open(signal.url)
    await old.join(testRoom('b'), secret)
    const closed = old.closed()
    expect(await anew.join(testRoom('b'), secret)).toEqual([])
    await closed
    await expect.poll(socketCount).toBe(1)
    expect(await membersOf('b')).toEqual([name])
    await using caller = await RoomVisitor.open(signal.url)
    await caller.join(testRoom('b'))
    caller.say({ type: 'relay', to: name, connection, payload })
    expect(await anew.next()).toEqual({ type: 'relay', from: caller.id, connection, payload })
  })

  it('is in one room, whatever socket it came into the other from', async () => {
    await using old = await RoomVisitor.open(signal.url)
    await using anew = await RoomVisitor.open(signal.url)
    await old.join(testRoom('c'), secret)
    await anew.join(testRoom('d'), secret)
    expect(await membersOf('c')).toEqual([])
    expect(await membersOf('d')).toEqual([name])
  })

  it('is gone for all once its last socket is', async () => {
    const visitor = await RoomVisitor.open(signal.url)
    await using caller = await RoomVisitor.open(signal.url)
    await visitor.join(testRoom('e'), secret)
    await caller.join(testRoom('e'))
    await visitor[Symbol.asyncDispose]()
    await expect
      .poll(async () => caller.ask({ type: 'relay', to: name, connection, payload }))
      .toEqual({ type: 'gone', to: name, connection })
    expect(await membersOf('e')).toEqual([caller.id])
  })

  it('keeps its name at a socket, through other rooms and out of any, and gets no second one there', async () => {
    await using visitor = await RoomVisitor.open(signal.url)
    await visitor.join(testRoom('f'), secret)
    await visitor.join(testRoom('g'))
    expect(await membersOf('g')).toEqual([name])
    visitor.say({ type: 'leave' })
    await visitor.join(testRoom('f'), secret)
    const refused = { type: 'fault', fault: { code: 'REQUEST_INVALID' } }
    const again = { type: 'join', room: testRoom('g'), secret: testSecret('other') } as const
    expect(await visitor.ask(again)).toMatchObject(refused)
    expect(await membersOf('f')).toEqual([name])
    expect(await membersOf('g')).toEqual([])
  })

  it('gets no other name than the one under which it came in without a secret', async () => {
    await using visitor = await RoomVisitor.open(signal.url)
    await visitor.join(testRoom('h'))
    const join = { type: 'join', room: testRoom('h'), secret } as const
    expect(await visitor.ask(join)).toMatchObject({ type: 'fault' })
    expect(await membersOf('h')).toEqual([visitor.id])
  })

  it.each([
    ['short', secret.slice(0, -1)],
    ['long', `${secret}A`],
    ['spelled otherwise', `${secret.slice(0, -1)}1`],
    ['no base64url', `${secret.slice(0, -1)}+`],
    ['no text', 7],
  ])('comes into no room where its secret is %s', async (_what, wrong) => {
    await using visitor = await RoomVisitor.open(signal.url)
    visitor.socket.send(JSON.stringify({ type: 'join', room: testRoom('i'), secret: wrong }))
    const fault = await visitor.next()
    expect(fault).toMatchObject({ type: 'fault', fault: { code: 'REQUEST_INVALID' } })
    expect(JSON.stringify(fault)).not.toContain(String(wrong).slice(0, 20))
    expect(await membersOf('i')).toEqual([])
  })

  it('hears what is said to the id that it was welcomed with: a seed answers whom it was called by', async () => {
    await signal.list(alpha, signInvitation('alpha'))
    await using seed = await RoomVisitor.open(signal.url)
    const proof = signSeedProof({ networkKey, nonce: seed.nonce }, signal.url, alpha.secret)
    await seed.ask({ type: 'seed', proof })
    await using caller = await RoomVisitor.open(signal.url)
    caller.say({ type: 'call', seed: alpha.id, connection, payload })
    expect(await seed.next()).toMatchObject({ type: 'relay', from: caller.id })
    await caller.join(testRoom('j'), secret)
    seed.say({ type: 'relay', to: caller.id, connection, payload })
    expect(await caller.next()).toEqual({ type: 'relay', from: seed.id, connection, payload })
  })
})

it('C03: a member whose place is taken counts no more for its address', async () => {
  await using small = await ListeningSignal.start({ rooms: { socketsPerAddressMax: 2 } })
  await using old = await RoomVisitor.open(small.url)
  await old.join(testRoom('a'), secret)
  await using anew = await RoomVisitor.open(small.url)
  await anew.join(testRoom('a'), secret)
  await expect.poll(() => comesIn(small.url)).toBe(true)
})

it('C03: nobody has a name who only knows it', async () => {
  await using member = await RoomVisitor.open(signal.url)
  await using spy = await RoomVisitor.open(signal.url)
  await member.join(testRoom('k'), secret)
  expect(await spy.join(testRoom('k'))).toEqual([name])
  for (const text of [
    JSON.stringify({ type: 'join', room: testRoom('k'), member: name }),
    JSON.stringify({ type: 'join', room: testRoom('k'), secret: `${name}${name}`.slice(0, 43) }),
  ]) {
    spy.socket.send(text)
    await spy.next()
  }
  expect(await membersOf('k')).toContain(name)
  expect(member.socket.readyState).toBe(member.socket.OPEN)
})

async function comesIn(url: string): Promise<boolean> {
  await using visitor = await RoomVisitor.open(url)
  return visitor.id !== undefined
}

async function socketCount(): Promise<number> {
  const text = await (await fetch(`${signal.url}/metrics`)).text()
  return Number(/skerry_room_sockets\{who="member"\} (\d+)/.exec(text)?.[1])
}
