import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROOM_FRAGMENTS_MAX, roomRules } from '../../protocol/limits.ts'
import type { Payload } from '../../protocol/room/payload.ts'
import { ListeningSignal } from '../signal/listening-signal.ts'
import { alpha } from '../signal/test-seed.ts'
import { RoomVisitor, testConnection, testPayload, testRoom } from '../signal/rooms/room-visitor.ts'

const connection = testConnection('one')
const payload = testPayload('offer')
// More than any test waits for.
const FRAMES_MAX = 200_000
const MASK = Buffer.from([0, 0, 0, 0])

// Its clock stands still: what is used up stays used up.
let signal: ListeningSignal

beforeAll(async () => {
  signal = await ListeningSignal.start()
})
afterAll(() => signal[Symbol.asyncDispose]())

/** A socket after the handshake, for what no WebSocket library sends. */
async function openRaw(url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.on('error', () => socket.destroy())
  const head = [
    'GET /v1/rooms HTTP/1.1',
    'Host: x',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n`)
  await once(socket, 'data')
  return socket
}

/** Sends until the server has enough, however much that is. @returns How many pieces it took. */
async function sendUntilClosed(socket: Socket, piece: () => Buffer, max: number): Promise<number> {
  socket.resume()
  let count = 0
  while (!socket.destroyed && socket.writable && count < max) {
    socket.write(piece())
    count += 1
    await new Promise((resolve) => setImmediate(resolve))
  }
  if (!socket.destroyed) await Promise.race([once(socket, 'close'), once(socket, 'end')])
  return count
}

describe('C05: the rooms close', () => {
  it.each([
    ['a message longer than any', 'x'.repeat(64 * 1024 + 1), 1009],
    ['a message that says so only', Buffer.alloc(70_000), 1009],
  ])('%s', async (_name, data, code) => {
    await using visitor = await RoomVisitor.open(signal.url)
    visitor.socket.send(data)
    expect(await visitor.closed()).toBe(code)
  })

  it('a message of more fragments than any', async () => {
    await using visitor = await RoomVisitor.open(signal.url)
    for (let i = 0; i <= ROOM_FRAGMENTS_MAX; i += 1) visitor.socket.send('x', { fin: false })
    expect(await visitor.closed()).toBe(1008)
  })

  it('a frame in more pieces than any', async () => {
    const socket = await openRaw(signal.url)
    const heard: Buffer[] = []
    socket.on('data', (data: Buffer) => heard.push(data))
    // A text of 60,000 bytes, byte by byte: within every other bound.
    socket.write(Buffer.from([0x81, 0xfe, 0xea, 0x60, ...MASK]))
    const count = await sendUntilClosed(socket, () => Buffer.from('x'), 60_000)
    expect(count).toBeLessThan(60_000)
    // The close frame with its code: what breaks a rule.
    expect([...Buffer.concat(heard).subarray(0, 4)]).toEqual([0x88, expect.any(Number), 0x03, 0xf0])
  })

  it('a flood of messages, of pings, and of pongs that nobody asked for', async () => {
    const { burst } = roomRules.messages
    for (const opcode of [0x81, 0x89, 0x8a]) {
      const socket = await openRaw(signal.url)
      const frame = Buffer.from([opcode, 0x80, ...MASK])
      const count = await sendUntilClosed(socket, () => frame, FRAMES_MAX)
      expect(count).toBeGreaterThan(burst)
      expect(count).toBeLessThan(FRAMES_MAX)
    }
  })

  it('who never answers a ping', async () => {
    await using quick = await ListeningSignal.start({ rooms: { pingMs: 60 } })
    await using alive = await RoomVisitor.open(quick.url)
    const socket = await openRaw(quick.url)
    socket.resume()
    // Any pong is not the answer: it carries what the ping did.
    const pong = Buffer.from([0x8a, 0x84, ...MASK, 1, 2, 3, 4])
    let pongs = 0
    const timer = setInterval(() => {
      pongs += 1
      socket.write(pong)
    }, 20)
    await once(socket, 'close')
    clearInterval(timer)
    // Not for saying too much.
    expect(pongs).toBeLessThan(roomRules.messages.burst)
    expect(await alive.join(testRoom('a'))).toEqual([])
  })
})

describe('C05: a flood', () => {
  it('of one is dropped, said once, and costs the others nothing', async () => {
    await using flooder = await RoomVisitor.open(signal.url)
    await using victim = await RoomVisitor.open(signal.url)
    await flooder.join(testRoom('b'))
    await victim.join(testRoom('b'))
    const { burst } = roomRules.messages
    for (let i = 0; i < burst + roomRules.dropsMax - 1; i += 1) {
      flooder.say({ type: 'relay', to: victim.id, connection, payload })
    }
    expect(await flooder.next()).toMatchObject({
      type: 'fault',
      fault: { code: 'TOO_MANY_REQUESTS' },
    })
    // It joined with one of them.
    for (let i = 0; i < burst - 1; i += 1) {
      expect(await victim.next()).toMatchObject({ type: 'relay', from: flooder.id })
    }
    expect(await victim.ask({ type: 'peers' })).toEqual({ type: 'peers', peers: [flooder.id] })
  })

  it('of one address is dropped, however many sockets it has', async () => {
    const addressMessages = { perSecond: 1, burst: 10 }
    await using small = await ListeningSignal.start({ rooms: { addressMessages } })
    await using stack = new AsyncDisposableStack()
    const faults: string[] = []
    for (let i = 0; i < 20; i += 1) {
      const visitor = stack.use(await RoomVisitor.open(small.url))
      faults.push((await visitor.ask({ type: 'join', room: testRoom('a') })).type)
    }
    expect(faults.filter((type) => type === 'peers')).toHaveLength(addressMessages.burst)
    await using other = await RoomVisitor.open(small.url, { localAddress: '127.0.0.2' })
    expect(await other.join(testRoom('b'))).toEqual([])
  })
})

describe('C05: who never reads', () => {
  const rooms = { messages: { perSecond: 1, burst: 1_000_000 } }

  it('is told no more by others, who go on, and is not closed for what they say', async () => {
    await using generous = await ListeningSignal.start({ rooms })
    await using reader = await RoomVisitor.open(generous.url)
    await using deaf = await RoomVisitor.open(generous.url)
    await reader.join(testRoom('a'))
    await deaf.join(testRoom('a'))
    deaf.socket.pause()
    const say = (what: Payload): void =>
      reader.say({ type: 'relay', to: deaf.id, connection, payload: what })
    const large = testPayload('large', 8000)
    // The system takes some mebibytes before anything waits at the server.
    await sayUntil(
      20,
      () => say(large),
      async () => {
        expect(await reader.next()).toEqual({ type: 'gone', to: deaf.id, connection })
        // Far more than a mebibyte.
        for (let more = 0; more < 1000; more += 1) await reader.next()
      },
    )
    expect(await socketsOf(generous)).toBe('2')
    let isHeard = false
    deaf.listen((message) => (isHeard ||= message.type === 'relay' && message.payload === payload))
    deaf.socket.resume()
    await expect.poll(() => (say(payload), isHeard)).toBe(true)
  })

  it('is closed above a mebibyte of what the server itself answers', async () => {
    await using generous = await ListeningSignal.start({ rooms })
    await using deaf = await RoomVisitor.open(generous.url)
    deaf.socket.pause()
    const say = (): void => deaf.say({ type: 'call', seed: alpha.id, connection, payload })
    await sayUntil(200, say, async () => {
      await expect.poll(async () => socketsOf(generous)).toBe('0')
    })
  })
})

async function socketsOf({ url }: ListeningSignal): Promise<string | undefined> {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  return /who="member"} (\d)/.exec(metrics)?.[1]
}

/** Says it so many times a millisecond until something else is done. */
async function sayUntil(
  count: number,
  say: () => void,
  isDone: () => Promise<void>,
): Promise<void> {
  const timer = setInterval(() => {
    for (let said = 0; said < count; said += 1) say()
  }, 1)
  await isDone().finally(() => clearInterval(timer))
}
