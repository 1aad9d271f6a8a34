import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  CHUNK_PLAIN_BYTES,
  CHUNK_SERVINGS_MAX,
  INDEX_SEALED_BYTES_MAX,
  LINKS_MAX,
  LINKS_PER_MINUTE_MAX,
  PEER_REQUESTS_MAX,
} from '../../protocol/limits.ts'
import { ACCEPTED_PER_MINUTE_MAX } from '../../protocol/swarm/link-table.ts'
import { createBlobShare, viewOf } from '../client/receive/test-share.ts'
import { nativeWebRtc, RtcEnd } from '../client/net/rtc-pair.ts'
import { SwarmMember, SwarmReader } from '../client/swarm/swarm-member.ts'
import { ListeningSignal } from '../signal/listening-signal.ts'
import {
  corrupt,
  dripping,
  endless,
  flooding,
  hostageTaking,
  inflated,
  inflating,
  insisting,
  lying,
  malformed,
  prying,
  silent,
  teasing,
  unasked,
} from './hostile-conducts.ts'
import { HostilePeer, type Conduct } from './hostile-peer.ts'
import { fetchesAll, HostileScene } from './hostile-scene.ts'

const CHUNKS = 24
/** Whom the victim calls, of those who are there before it. */
const CALLEES = 8
/** More than it may answer. */
const CALLERS = ACCEPTED_PER_MINUTE_MAX + 6

/** Of a page, and of `get`. */
const orders = [
  { name: 'in the order of the stream', random: undefined },
  { name: 'the rarest first', random: Math.random },
]

const share = await createBlobShare('hostile', CHUNKS)
let signal: ListeningSignal
beforeAll(async () => {
  signal = await ListeningSignal.start()
})
afterAll(() => signal[Symbol.asyncDispose]())

const open = (...conducts: readonly Conduct[]): Promise<HostileScene> =>
  HostileScene.open(share, signal.url, conducts)

const place = async () => ({ url: signal.url, port: new RtcEnd(await nativeWebRtc()).port })
/** A checkpoint, of the highest u64. */
const NUMBERLESS = new Uint8Array(196).fill(0xff, 24, 32)
const header = (id: number): number[] => [id, ...Array.from({ length: 15 }, () => 0)]

describe('a hostile peer over a real data channel, beside one honest seed', () => {
  it.each(orders)(
    'D01: that sends corrupt chunks is banned at its first, which is all that it wastes, $name',
    async ({ random }) => {
      await using scene = await open(corrupt)
      await scene.untilMet()
      expect(await scene.fetches(random)).toBe(true)
      const [liar] = scene.hostile
      expect(liar?.givenCount).toBe(1)
      expect(scene.peerCount).toBe(0)
      expect(scene.seed.sentChunks).toBe(CHUNKS)
      await expect.poll(() => liar?.isConnected).toBe(false)
      // Nobody called it again.
      expect(liar?.lines).toHaveLength(1)
    },
  )

  it.each(orders)(
    'D01: that was believed for good chunks wastes no more than those that it was asked for, $name',
    async ({ random }) => {
      await using scene = await open(teasing)
      // Else it may have brought all before the other one is asked for its first bad one.
      scene.seed.manners.bytesPerMs = 1000
      await scene.untilMet()
      expect(await scene.fetches(random)).toBe(true)
      const given = scene.hostile[0]?.givenCount ?? 0
      expect(given).toBeGreaterThan(3)
      expect(given).toBeLessThanOrEqual(3 + PEER_REQUESTS_MAX)
      expect(scene.peerCount).toBe(0)
    },
  )

  it.each(orders)(
    'D02: that has nothing of what it says is left at the second lie, $name',
    async ({ random }) => {
      await using scene = await open(lying)
      await scene.untilMet()
      expect(await scene.fetches(random)).toBe(true)
      const [liar] = scene.hostile
      expect(liar?.lines[0]?.asked).toHaveLength(2)
      await expect.poll(() => liar?.isConnected).toBe(false)
      expect(scene.seed.sentChunks).toBe(CHUNKS)
    },
  )

  it('D02: that never answers is asked for one chunk, which a seed brings as well', async () => {
    await using scene = await open(silent)
    await scene.untilMet()
    expect(await scene.fetches()).toBe(true)
    expect(scene.hostile[0]?.lines[0]?.asked).toHaveLength(1)
    expect(scene.seed.sentChunks).toBe(CHUNKS)
  })

  it('D03: that drips gets few of the chunks to bring, and what is late comes from the seed', async () => {
    await using scene = await open(dripping)
    await scene.untilMet()
    expect(await scene.fetches()).toBe(true)
    const [slow] = scene.hostile
    expect(slow?.lines[0]?.asked.length).toBeGreaterThan(0)
    expect(slow?.lines[0]?.asked.length).toBeLessThanOrEqual(2)
    // What it held back came, and not from it.
    expect(slow?.givenCount).toBe(0)
    expect(scene.seed.sentChunks).toBe(CHUNKS)
  })

  it('D03: that keeps the last chunks does not get a ransom: the seed is asked for them', async () => {
    await using scene = await open(hostageTaking)
    scene.seed.manners.bytesPerMs = 1000
    await scene.untilMet()
    expect(await scene.fetches()).toBe(true)
    const line = scene.hostile[0]?.lines[0]
    const kept = line?.asked.slice(line.givenCount) ?? []
    expect(kept.length).toBeGreaterThan(0)
    expect(kept.length).toBeLessThanOrEqual(PEER_REQUESTS_MAX)
    expect(scene.seed.sentChunks + (line?.givenCount ?? 0)).toBeLessThanOrEqual(1.2 * CHUNKS)
  })

  it.each([unasked, endless])(
    'D05: that is $name is left, and takes nothing along',
    async (bad) => {
      await using scene = await open(bad)
      await expect.poll(() => scene.hostile[0]?.lines.map(({ isOpen }) => isOpen)).toEqual([false])
      expect(await scene.fetches()).toBe(true)
      expect(scene.seed.sentChunks).toBe(CHUNKS)
      expect(scene.hostile[0]?.lines).toHaveLength(1)
    },
  )

  it.each([inflated, inflating])(
    'D05: is left where its word of the largest share there can be is not signed, and asked for nothing of that: $name',
    async (bad) => {
      using hostile = await HostilePeer.enter(share, signal.url, bad)
      await using victim = new SwarmReader(share, await place())
      await expect.poll(() => hostile.lines.map(({ isOpen }) => isOpen)).toEqual([false])
      const asked = hostile.lines[0]?.of('ask').map(({ what }) => what) ?? []
      expect(asked).toHaveLength(bad === inflated ? 0 : 3)
      expect(victim.session.sources).toEqual([])
    },
  )

  it('D06: that sends what is no frame is left, each in its own way', async () => {
    await using scene = await open(
      malformed('an unknown frame', header(99)),
      malformed('half a frame', [5, 0, 0]),
      malformed('nothing', []),
      malformed('a chunk of no bytes', header(5)),
      malformed('more than its count says', [...header(3), 0, 1, 0, 0, 0, 1, 7]),
      malformed('a checkpoint whose number is none', [...header(7), ...NUMBERLESS]),
    )
    const areOpen = (): boolean[] =>
      scene.hostile.flatMap(({ lines }) => lines.map(({ isOpen }) => isOpen))
    await expect.poll(areOpen).toEqual([false, false, false, false, false, false])
    expect(await scene.fetches()).toBe(true)
    expect(scene.seed.sentChunks).toBe(CHUNKS)
  })

  it('D06: that asks for the end of an index is told that it is not here, and others are served', async () => {
    using owner = SwarmMember.owner(share, await place())
    using hostile = await HostilePeer.enter(share, signal.url, prying)
    const refusal = { type: 'reject', what: 'index', reason: 'missing' }
    const indexes = [INDEX_SEALED_BYTES_MAX - 1]
    await expect.poll(() => hostile.lines[0]?.of('reject')).toEqual([{ ...refusal, indexes }])
    await using reader = new SwarmReader(share, await place())
    expect(await fetchesAll(reader, share)).toBe(true)
    expect(owner.host.state.peerCount).toBe(2)
  })

  it('D07: that calls under many names takes no more connections than others may', async () => {
    await using scene = await open(...Array.from({ length: CALLEES }, () => silent))
    await scene.untilMet()
    // It called the first ones, who tell the others its name.
    const victim = scene.hostile[0]?.lines[0]?.peer ?? ''
    await using stack = new AsyncDisposableStack()
    const callers = await Promise.all(
      Array.from({ length: CALLERS }, () => HostilePeer.enter(share, signal.url, silent)),
    )
    for (const caller of callers) {
      stack.use(caller)
      caller.call(victim)
    }
    const takenCount = (): number => callers.filter(({ lines }) => lines.length > 0).length
    await expect.poll(takenCount).toBeGreaterThanOrEqual(ACCEPTED_PER_MINUTE_MAX)
    expect(await scene.fetches()).toBe(true)
    // Those that it answered, for as long as it fetched: the others were turned away.
    const answers = scene.end.said('signal').filter(({ text }) => text.includes('"answer"'))
    expect(answers).toHaveLength(ACCEPTED_PER_MINUTE_MAX)
    const made = new Set(scene.end.said('signal').map(({ connection }) => connection))
    expect(made.size).toBeLessThanOrEqual(LINKS_PER_MINUTE_MAX)
    expect(scene.end.said('open').length).toBeLessThanOrEqual(LINKS_MAX)
    expect(takenCount()).toBeLessThan(CALLERS)
  })
})

/** What a peer may say grows with time, and a busy machine takes long to hear it: by this one it is always too much. */
const slowClock = { nowMs: (): number => performance.now() / 20 }

describe('D04: a hostile peer over a real data channel that asks without end', () => {
  it('is left, and whoever else is there is served all the same', async () => {
    using owner = SwarmMember.owner(share, await place(), viewOf(share), slowClock)
    using flooder = await HostilePeer.enter(share, signal.url, flooding)
    await using reader = new SwarmReader(share, await place(), slowClock)
    expect(await fetchesAll(reader, share)).toBe(true)
    await expect.poll(() => flooder.isConnected, { timeout: 60_000 }).toBe(false)
    const counts = Map.groupBy(flooder.lines[0]?.of('chunk') ?? [], ({ index }) => index)
    for (const { length } of counts.values()) expect(length).toBeLessThanOrEqual(CHUNK_SERVINGS_MAX)
    expect(owner.host.state.givenBytes).toBeGreaterThan((CHUNKS - 1) * CHUNK_PLAIN_BYTES)
  })

  it('is given no chunk more than three times, however slowly it asks', async () => {
    using owner = SwarmMember.owner(share, await place())
    using thief = await HostilePeer.enter(share, signal.url, insisting)
    await expect.poll(() => thief.lines[0]?.of('reject').length).toBeGreaterThan(0)
    expect(thief.lines[0]?.of('reject')).toEqual([
      { type: 'reject', what: 'chunks', reason: 'budget', indexes: [7] },
    ])
    expect(thief.lines[0]?.of('chunk')).toHaveLength(CHUNK_SERVINGS_MAX)
    expect(owner.host.state.givenBytes).toBe(CHUNK_SERVINGS_MAX * (share.chunks[7]?.length ?? 0))
  })
})
