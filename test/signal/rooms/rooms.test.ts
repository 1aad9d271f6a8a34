import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bytes } from '../../../protocol/bytes.ts'
import { signSeedProof } from '../../../protocol/room/seed-proof.ts'
import { NOW_MS } from '../../protocol/owner.ts'
import { networkKey } from '../../protocol/record/samples.ts'
import { ListeningSignal } from '../listening-signal.ts'
import { alpha, beta, signInvitation } from '../test-seed.ts'
import { RoomVisitor, testConnection, testPayload, testRoom } from './room-visitor.ts'

const connection = testConnection('one')
const payload = testPayload('offer')

let signal: ListeningSignal

beforeAll(async () => {
  signal = await ListeningSignal.start()
})
afterAll(() => signal[Symbol.asyncDispose]())

function proofOf(visitor: RoomVisitor, seed = alpha): Bytes {
  return signSeedProof({ networkKey, nonce: visitor.nonce }, signal.url, seed.secret)
}

describe('the rooms', () => {
  it('tell who comes of those who are there, and not of who is elsewhere or gone', async () => {
    await using first = await RoomVisitor.open(signal.url)
    await using second = await RoomVisitor.open(signal.url)
    await using elsewhere = await RoomVisitor.open(signal.url)
    expect(await first.join(testRoom('a'))).toEqual([])
    expect(await elsewhere.join(testRoom('b'))).toEqual([])
    expect(await second.join(testRoom('a'))).toEqual([first.id])
    expect(await first.ask({ type: 'peers' })).toEqual({ type: 'peers', peers: [second.id] })
    second.say({ type: 'leave' })
    // What one socket says is done in order, so its next answer comes after it left.
    await second.join(testRoom('c'))
    expect(await first.ask({ type: 'peers' })).toEqual({ type: 'peers', peers: [] })
  })

  it('tell of who has been there for longer than anybody stays unheard, as long as it answers', async () => {
    const pingMs = 60
    let nowMs = NOW_MS
    await using quick = await ListeningSignal.start({ rooms: { pingMs }, nowMs: () => nowMs })
    await using first = await RoomVisitor.open(quick.url)
    await using second = await RoomVisitor.open(quick.url)
    await first.join(testRoom('a'))
    let pings = 0
    // The clock goes as the pings do, however crowded the machine is.
    first.socket.on('ping', () => {
      pings += 1
      nowMs += pingMs
    })
    await expect.poll(() => pings).toBeGreaterThan(6)
    expect(await second.join(testRoom('a'))).toEqual([first.id])
  })

  it('hand on what one says to another, as from who said it', async () => {
    await using first = await RoomVisitor.open(signal.url)
    await using second = await RoomVisitor.open(signal.url)
    await first.join(testRoom('d'))
    await second.join(testRoom('d'))
    second.say({ type: 'relay', to: first.id, connection, payload })
    expect(await first.next()).toEqual({ type: 'relay', from: second.id, connection, payload })
    first.say({ type: 'relay', to: second.id, connection, payload })
    expect(await second.next()).toEqual({ type: 'relay', from: first.id, connection, payload })
  })

  it('say so when nobody is there', async () => {
    await using first = await RoomVisitor.open(signal.url)
    const second = await RoomVisitor.open(signal.url)
    await first.join(testRoom('e'))
    await second.join(testRoom('e'))
    await second[Symbol.asyncDispose]()
    await expect
      .poll(async () => first.ask({ type: 'relay', to: second.id, connection, payload }))
      .toEqual({ type: 'gone', to: second.id, connection })
  })

  it('take nobody who is in no room for a peer', async () => {
    await using first = await RoomVisitor.open(signal.url)
    const answer = await first.ask({ type: 'relay', to: first.id, connection, payload })
    expect(answer).toMatchObject({ type: 'fault', fault: { code: 'REQUEST_INVALID' } })
    expect(await first.ask({ type: 'peers' })).toMatchObject({ type: 'fault' })
  })

  it('answer a plain request with a refusal, and other upgrades as what they are', async () => {
    expect((await fetch(`${signal.url}/v1/rooms`)).status).toBe(400)
    const head = 'HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n'
    expect(await signal.talk([`GET /healthz ${head}`])).toMatch(/^HTTP\/1\.1 200 /)
    const broken =
      'GET /v1/rooms HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'
    expect(await signal.talk([broken])).toMatch(/^HTTP\/1\.1 400 /)
  })
})

describe('a seed in the rooms', () => {
  beforeAll(async () => {
    await signal.list(alpha, signInvitation('alpha'))
  })

  it('is called by its id, and answers who called', async () => {
    await using seed = await RoomVisitor.open(signal.url)
    await using caller = await RoomVisitor.open(signal.url)
    expect(await seed.ask({ type: 'seed', proof: proofOf(seed) })).toEqual({ type: 'seed' })
    caller.say({ type: 'call', seed: alpha.id, connection, payload })
    expect(await seed.next()).toEqual({ type: 'relay', from: caller.id, connection, payload })
    seed.say({ type: 'relay', to: caller.id, connection, payload })
    expect(await caller.next()).toEqual({ type: 'relay', from: seed.id, connection, payload })
  })

  it('that comes back takes its old place', async () => {
    await using old = await RoomVisitor.open(signal.url)
    await using seed = await RoomVisitor.open(signal.url)
    await using caller = await RoomVisitor.open(signal.url)
    await old.ask({ type: 'seed', proof: proofOf(old) })
    const closed = old.closed()
    await seed.ask({ type: 'seed', proof: proofOf(seed) })
    await closed
    caller.say({ type: 'call', seed: alpha.id, connection, payload })
    expect(await seed.next()).toMatchObject({ type: 'relay', from: caller.id })
  })

  it('that is away is gone', async () => {
    await using caller = await RoomVisitor.open(signal.url)
    expect(await caller.ask({ type: 'call', seed: beta.id, connection, payload })).toEqual({
      type: 'gone',
      to: beta.id,
      connection,
    })
  })

  it('is nobody without a proof of its own, for this socket, from the directory', async () => {
    await using other = await RoomVisitor.open(signal.url)
    const wrong = { type: 'fault', fault: { code: 'RECORD_INVALID' } }
    for (const [proof, answer] of [
      [proofOf(other), wrong],
      [proofOf(other).fill(1, 120, 121), wrong],
      [
        signSeedProof({ networkKey: alpha.key, nonce: other.nonce }, signal.url, alpha.secret),
        wrong,
      ],
    ] as const) {
      await using stranger = await RoomVisitor.open(signal.url)
      expect(await stranger.ask({ type: 'seed', proof })).toMatchObject(answer)
      expect(await stranger.ask({ type: 'seed', proof: proofOf(stranger) })).toMatchObject({
        type: 'fault',
        fault: { code: 'REQUEST_INVALID' },
      })
    }
    const unlisted = { type: 'fault', fault: { code: 'SEED_UNKNOWN' } }
    const asBeta = { type: 'seed', proof: proofOf(other, beta) } as const
    expect(await other.ask(asBeta)).toMatchObject(unlisted)
  })
})
