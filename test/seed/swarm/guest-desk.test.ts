import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bytes } from '../../../protocol/bytes.ts'
import { SEED_HELLO_MS, SEED_LINK_IDLE_MS } from '../../../protocol/limits.ts'
import { connectionIdOf } from '../../../protocol/room/room-names.ts'
import { decodeFrame, encodeFrame, type Frame } from '../../../protocol/wire/frame.ts'
import { GuestDesk } from '../../../seed/swarm/guest-desk.ts'
import { createSwarmCounts } from '../../../seed/swarm/swarm-counts.ts'
import { fixedBytes } from '../../protocol/owner.ts'
import { SentShare } from '../sent-share.ts'
import { TestSeed } from '../test-seed.ts'
import { storeShare } from './store-share.ts'

const A = connectionIdOf(fixedBytes('a', 16))
const B = connectionIdOf(fixedBytes('b', 16))

let seed: TestSeed
let share: SentShare

beforeAll(async () => {
  seed = await TestSeed.start()
  share = await SentShare.make('desk', { chunkCount: 2 })
  await storeShare(seed.running.shares, share)
})
afterAll(() => seed[Symbol.asyncDispose]())

/** A desk whose time stands still, and what it said to whom. */
class Desk implements Disposable {
  nowMs = 0
  readonly said: Frame[] = []
  readonly ended: string[] = []
  readonly errors: unknown[] = []
  readonly desk = new GuestDesk({
    shares: seed.running.shares,
    counts: createSwarmCounts(),
    nowMs: () => this.nowMs,
    onError: (error) => this.errors.push(error),
    send: (_connection, bytes: Bytes) => void this.said.push(decodeFrame(bytes)),
    end: (connection) => void this.ended.push(connection),
  })

  hear(frame: Frame, connection = A): void {
    this.desk.take({ type: 'message', connection, bytes: encodeFrame(frame) })
  }

  async enter(connection = A): Promise<void> {
    this.desk.take({ type: 'open', connection })
    const { id: shareId, readToken } = share
    const hello = {
      type: 'hello',
      version: 1,
      shareId,
      seq: 0,
      genesis: undefined,
      readToken,
    } as const
    this.hear(hello, connection)
    while (!this.has('slot')) await new Promise((resolve) => setImmediate(resolve))
  }

  has(type: Frame['type']): boolean {
    return this.said.some((frame) => frame.type === type)
  }

  get byes(): Frame[] {
    return this.said.filter(({ type }) => type === 'bye')
  }

  [Symbol.dispose](): void {
    this.desk[Symbol.dispose]()
    for (const error of this.errors) throw error
  }
}

describe('a seed lets go', () => {
  it('who does not say hello in time', () => {
    using desk = new Desk()
    desk.desk.take({ type: 'open', connection: A })
    desk.nowMs = SEED_HELLO_MS - 1
    desk.desk.tick()
    expect(desk.byes).toEqual([])
    desk.nowMs = SEED_HELLO_MS
    desk.desk.tick()
    expect(desk.byes).toEqual([{ type: 'bye', reason: 'idle' }])
  })

  it('who says nothing for long, and nobody else', async () => {
    using desk = new Desk()
    await desk.enter()
    desk.nowMs = SEED_LINK_IDLE_MS - 1
    desk.desk.tick()
    desk.hear({ type: 'cancel', chunks: [0] })
    desk.nowMs += SEED_LINK_IDLE_MS - 1
    desk.desk.tick()
    expect(desk.byes).toEqual([])
    desk.nowMs += 1
    desk.desk.tick()
    expect(desk.byes).toEqual([{ type: 'bye', reason: 'idle' }])
  })

  it('the one that was silent for longest, where others wait, and nobody who just spoke', async () => {
    using desk = new Desk()
    await desk.enter(A)
    await desk.enter(B)
    expect(desk.desk.makeRoom()).toBe(false)
    desk.nowMs = SEED_LINK_IDLE_MS / 10
    desk.hear({ type: 'cancel', chunks: [0] }, A)
    expect(desk.desk.makeRoom()).toBe(true)
    expect(desk.ended).toEqual([B])
    expect(desk.desk.makeRoom()).toBe(false)
    expect(desk.byes).toEqual([{ type: 'bye', reason: 'full' }])
  })

  it('nobody to whom it owes something', async () => {
    using desk = new Desk()
    await desk.enter()
    desk.hear({ type: 'request', chunks: [0] })
    desk.nowMs = SEED_LINK_IDLE_MS / 10
    expect(desk.desk.makeRoom()).toBe(false)
    await expect.poll(() => desk.has('chunk')).toBe(true)
  })
})

async function served(desk: Desk): Promise<void> {
  await desk.enter()
  desk.hear({ type: 'request', chunks: [0] })
  await expect.poll(() => desk.has('chunk')).toBe(true)
}

describe('a seed lets go who was given a chunk and never said that it came', () => {
  it('once it was silent for long, and not before', async () => {
    using desk = new Desk()
    await served(desk)
    desk.nowMs = SEED_LINK_IDLE_MS - 1
    desk.desk.tick()
    expect(desk.byes).toEqual([])
    desk.nowMs = SEED_LINK_IDLE_MS
    desk.desk.tick()
    expect(desk.byes).toEqual([{ type: 'bye', reason: 'idle' }])
  })

  it('or where others wait, then as well', async () => {
    using desk = new Desk()
    await served(desk)
    desk.nowMs = SEED_LINK_IDLE_MS - 1
    expect(desk.desk.makeRoom()).toBe(false)
    desk.nowMs = SEED_LINK_IDLE_MS
    expect(desk.desk.makeRoom()).toBe(true)
  })
})

describe('D05: a seed ends a connection', () => {
  const bitmap = new Uint8Array(1)
  it.each([
    ['that sends chunks before its hello', { type: 'chunk', index: 0, sealed: new Uint8Array(64) }],
    [
      'that sends hashes before its hello',
      { type: 'hashes', what: 'extents', first: 0, hashes: new Uint8Array(32) },
    ],
  ] as const)('%s', (_name, frame) => {
    using desk = new Desk()
    desk.desk.take({ type: 'open', connection: A })
    desk.hear(frame)
    expect(desk.byes).toEqual([{ type: 'bye', reason: 'misbehaved' }])
  })

  it('that says more before its hello than may overtake it', () => {
    using desk = new Desk()
    desk.desk.take({ type: 'open', connection: A })
    for (let i = 0; i < 17; i += 1) desk.hear({ type: 'have', first: 0, count: 8, bitmap })
    expect(desk.byes).toEqual([{ type: 'bye', reason: 'misbehaved' }])
  })

  it('that sends what nobody asked for', async () => {
    using desk = new Desk()
    await desk.enter()
    desk.hear({ type: 'chunk', index: 0, sealed: new Uint8Array(64) })
    desk.hear({ type: 'chunk', index: 1, sealed: new Uint8Array(64) })
    desk.hear({ type: 'hashes', what: 'extents', first: 0, hashes: new Uint8Array(32) })
    expect(desk.byes).toEqual([{ type: 'bye', reason: 'misbehaved' }])
  })
})
