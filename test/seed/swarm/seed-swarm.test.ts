import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { concat, isEqual } from '../../../protocol/bytes.ts'
import {
  EXTENT_CHUNKS,
  INDEX_SEALED_BYTES_MAX,
  SEED_REQUESTS_MAX,
} from '../../../protocol/limits.ts'
import type { Chunk } from '../../../protocol/wire/chunk.ts'
import type { SeedProcess } from '../../../seed/seed-process.ts'
import { ProcessNetwork } from '../network/process-network.ts'
import { SentShare } from '../sent-share.ts'
import { openNativeRtc, SeedCaller } from './seed-caller.ts'
import { storeShare } from './store-share.ts'

const CHUNKS = EXTENT_CHUNKS + 4
/** A frame with a checkpoint of the highest u64. */
const NUMBERLESS = new Uint8Array(16 + 196).fill(7, 0, 1).fill(0xff, 16 + 24, 16 + 32)

let network: ProcessNetwork
let seed: SeedProcess
let share: SentShare

beforeAll(async () => {
  network = await ProcessNetwork.start()
  share = await SentShare.make('swarm', { chunkCount: CHUNKS })
  const invitation = await network.invite('NZ', 'alpha')
  seed = await network.seed('alpha', { invitation, openRtc: openNativeRtc })
  await storeShare(seed.shares, share)
  // Only now it is at the signal server for sure.
  await using first = await SeedCaller.reach(network.signalUrl, seed.id, share)
  await first.hear('hello')
})
afterAll(() => network[Symbol.asyncDispose]())

const call = async (): Promise<SeedCaller> => SeedCaller.call(network.signalUrl, seed.id)
const enter = async (of = share): Promise<SeedCaller> =>
  SeedCaller.enter(network.signalUrl, seed.id, of)
const metricOf = async (name: string): Promise<number> => {
  const text = await (await fetch(`${seed.url}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1])
}

describe('a seed as a peer', () => {
  it('shows what it has, and gives each chunk and part that is asked for', async () => {
    await using caller = await enter()
    expect(await caller.hear('hello')).toMatchObject({
      shareId: share.id,
      seq: 9,
      genesis: share.owner.genesisBytes,
      readToken: undefined,
    })
    const { first, bitmap } = await caller.hear('have')
    expect([first, [...bitmap]]).toEqual([0, [0xff, 0xff, 0xf0]])
    expect((await caller.hear('checkpoint')).bytes).toEqual(share.sealed().slice(0, 196))
    expect((await caller.hear('slot')).isOpen).toBe(true)
    const before = await metricOf('skerry_seed_peer_sent_bytes')
    for (let next = 0; next < CHUNKS; next += SEED_REQUESTS_MAX) {
      const count = Math.min(SEED_REQUESTS_MAX, CHUNKS - next)
      caller.say({ type: 'request', chunks: Array.from({ length: count }, (_, i) => next + i) })
      await caller.until(() => chunksOf(caller).length === next + count)
    }
    const chunks = chunksOf(caller).toSorted((a, b) => a.index - b.index)
    expect(isEqual(concat(...chunks.map(({ sealed }) => sealed)), share.data)).toBe(true)
    expect((await metricOf('skerry_seed_peer_sent_bytes')) - before).toBe(share.data.length)
    expect(await metricOf('skerry_seed_peers')).toBe(1)
  })

  it('gives the parts that are asked for, and says so where there is none', async () => {
    await using caller = await enter()
    await caller.hear('hello')
    caller.say({ type: 'ask', what: 'extents', first: 0, count: 2 })
    expect((await caller.hear('hashes')).hashes).toHaveLength(64)
    caller.frames.length = 0
    caller.say({ type: 'ask', what: 'hashes', first: 0, count: 2 })
    expect((await caller.hear('hashes')).hashes).toEqual(share.hashes)
    caller.say({ type: 'ask', what: 'index', first: 100, count: 1000 })
    expect((await caller.hear('index')).bytes).toEqual(share.index.slice(100, 1100))
    for (const [what, first] of [
      ['index', 5000],
      ['index', INDEX_SEALED_BYTES_MAX - 1],
      ['hashes', 2],
      ['extents', 2],
    ] as const) {
      caller.frames.length = 0
      caller.say({ type: 'ask', what, first, count: 1 })
      expect(await caller.hear('reject')).toMatchObject({
        what,
        reason: 'missing',
        indexes: [first],
      })
    }
  })

  it('tells what comes in while somebody is connected, and that it is gone when it is', async () => {
    const growing = await SentShare.make('growing', { chunkCount: 2 * EXTENT_CHUNKS })
    await storeShare(seed.shares, growing, 1)
    await using caller = await enter(growing)
    expect([...(await caller.hear('have')).bitmap]).toEqual([0xff, 0xff])
    caller.say({ type: 'request', chunks: [EXTENT_CHUNKS] })
    expect(await caller.hear('reject')).toMatchObject({
      reason: 'missing',
      indexes: [EXTENT_CHUNKS],
    })
    caller.frames.length = 0
    await seed.shares.putChunks(growing.id, growing.upload(EXTENT_CHUNKS, 2 * EXTENT_CHUNKS - 1))
    expect(await caller.hear('have')).toMatchObject({ first: EXTENT_CHUNKS, count: EXTENT_CHUNKS })
    caller.say({ type: 'request', chunks: [EXTENT_CHUNKS] })
    expect((await caller.hear('chunk')).index).toBe(EXTENT_CHUNKS)
    caller.frames.length = 0
    const message = growing.deletion()
    await seed.shares.putCheckpoint(growing.id, message)
    // The owner's word for it goes to whoever is connected.
    expect((await caller.hear('checkpoint')).bytes).toEqual(message.slice(0, 196))
    caller.say({ type: 'request', chunks: [0] })
    expect(await caller.hear('reject')).toMatchObject({ reason: 'missing', indexes: [0] })
  })

  it('gives nothing to who shows a wrong readToken, or asks for what is not here', async () => {
    const absent = await SentShare.make('absent', { chunkCount: 1 })
    for (const [of, readToken] of [
      [share, new Uint8Array(32)],
      [absent, absent.readToken],
      [absent, undefined],
    ] as const) {
      await using caller = await call()
      await caller.until(() => caller.isOpen)
      caller.hello(of, readToken)
      caller.say({ type: 'request', chunks: [0] })
      await caller.until(() => caller.closeReason !== undefined)
      expect(caller.frames).toEqual([{ type: 'bye', reason: 'done' }])
    }
  })

  it('tells the genesis to who does not have it yet, and nothing else before the readToken', async () => {
    await using caller = await call()
    await caller.until(() => caller.isOpen)
    caller.hello(share, undefined)
    const { genesisBytes: genesis } = share.owner
    expect(await caller.hear('hello')).toMatchObject({ seq: 0, genesis, readToken: undefined })
    caller.say({ type: 'request', chunks: [0] })
    caller.say({ type: 'ask', what: 'extents', first: 0, count: 1 })
    caller.hello(share, share.readToken)
    // What it asked for waits for that, and its second hello is not answered.
    expect(await caller.hear('chunk')).toMatchObject({ index: 0 })
    expect(await caller.hear('hashes')).toMatchObject({ what: 'extents' })
    expect(caller.frames[0]?.type).toBe('hello')
    expect(caller.frames.filter(({ type }) => type === 'hello')).toHaveLength(1)
  })

  it('ends a connection that asks for the genesis twice', async () => {
    await using caller = await call()
    await caller.until(() => caller.isOpen)
    caller.hello(share, undefined)
    await caller.hear('hello')
    caller.hello(share, undefined)
    expect(await caller.hear('bye')).toEqual({ type: 'bye', reason: 'misbehaved' })
  })

  it.each([
    ['what is no frame', new Uint8Array([99])],
    ['a frame that is too short', new Uint8Array(15)],
    ['a checkpoint whose number is none', NUMBERLESS],
  ])('D06: ends a connection that says %s', async (_name, bytes) => {
    await using caller = await enter()
    await caller.hear('slot')
    caller.sayBytes(bytes)
    expect(await caller.hear('bye')).toEqual({ type: 'bye', reason: 'misbehaved' })
    await caller.until(() => caller.closeReason !== undefined)
  })

  it('D06: ends one that says so before its hello, and goes on serving others', async () => {
    await using caller = await call()
    await caller.until(() => caller.isOpen)
    caller.sayBytes(NUMBERLESS)
    expect(await caller.hear('bye')).toEqual({ type: 'bye', reason: 'misbehaved' })
    await using other = await enter()
    other.say({ type: 'ask', what: 'extents', first: 0, count: 2 })
    expect((await other.hear('hashes')).hashes).toHaveLength(64)
  })

  it('D04: serves as many at a time as it said, and no chunk to one caller for ever', async () => {
    await using caller = await enter()
    await caller.hear('slot')
    const many = Array.from({ length: 2 * SEED_REQUESTS_MAX }, (_, i) => i)
    caller.say({ type: 'request', chunks: many })
    const { reason, indexes } = await caller.hear('reject')
    expect([reason, indexes]).toEqual(['busy', many.slice(SEED_REQUESTS_MAX)])
    await caller.until(() => chunksOf(caller).length === SEED_REQUESTS_MAX)
    for (let times = 1; times < 3; times += 1) {
      caller.frames.length = 0
      caller.say({ type: 'request', chunks: [0] })
      await caller.hear('chunk')
    }
    caller.frames.length = 0
    caller.say({ type: 'request', chunks: [0] })
    expect(await caller.hear('reject')).toMatchObject({ reason: 'budget', indexes: [0] })
  })

  it('C01: is called in vain by who sees another answer than it signed', async () => {
    await using caller = await SeedCaller.call(network.signalUrl, seed.id, swapFingerprint)
    await caller.until(() => caller.refusals > 0)
    expect(caller.isOpen).toBe(false)
  })
})

function chunksOf(caller: SeedCaller): Chunk[] {
  return caller.frames.filter((frame) => frame.type === 'chunk')
}

function swapFingerprint(text: string): string {
  return text.replace(/(fingerprint:sha-256 )../, '$1AA')
}
