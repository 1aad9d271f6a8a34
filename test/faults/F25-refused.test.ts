import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { FetchEngine } from '../../client/engine/receive/fetch-engine.ts'
import type { SealedChunk } from '../../client/engine/net/chunk-stream.ts'
import type { ChunkSource } from '../../client/engine/receive/share-source.ts'
import type { Bytes } from '../../protocol/bytes.ts'
import { TransferError } from '../../protocol/errors.ts'
import { ChunkSet } from '../../protocol/swarm/chunk-set.ts'
import { FetchPlanner } from '../../protocol/swarm/fetch-planner.ts'
import { createRandom } from '../random.ts'

const CROWD = 200
const PLAN = { chunkCount: 4, wanted: ChunkSet.full(4), windowChunks: 4 }
const TRAITS = { runChunksMax: 64, runsMax: 4 }

/** @returns How many of them come within the same twentieth of a second, where most do. */
function mostTogether(timesMs: readonly number[]): number {
  const counts = Map.groupBy(timesMs, (ms) => Math.floor(ms / 50))
  return Math.max(...[...counts.values()].map(({ length }) => length))
}

/** Refused whenever it asks, until that was so often. @returns When it asked. */
function askTimes(random: () => number, times: number): number[] {
  const planner = new FetchPlanner({ ...PLAN, random })
  const asked: number[] = []
  const feed = (event: Parameters<FetchPlanner['step']>[0], nowMs: number): void => {
    for (const effect of planner.step(event, nowMs)) {
      if (effect.type !== 'request') continue
      asked.push(nowMs)
      feed({ type: 'fail', run: effect.run, fault: 'TOO_MANY_REQUESTS' }, nowMs)
    }
  }
  feed({ type: 'published', chunkCount: PLAN.chunkCount }, 0)
  feed({ type: 'join', source: 'seed', traits: TRAITS }, 0)
  while (asked.length < times) feed({ type: 'tick' }, planner.deadlineMs ?? Infinity)
  return asked
}

it.each([1, 2])(
  'F25: a crowd that a seed sends away at the same moment does not come back together, seed %i',
  (seed) => {
    const random = createRandom(seed)
    const crowd = Array.from({ length: CROWD }, () => askTimes(random, 4))
    for (const nth of [1, 2, 3]) {
      const times = crowd.map((asked) => asked[nth] ?? 0)
      expect(mostTogether(times)).toBeLessThan(CROWD / 5)
      // Nor at once: half of the wait is everybody's.
      expect(Math.min(...times)).toBeGreaterThanOrEqual(500 * nth)
    }
  },
)

/** A seed that has no place for anybody. */
class BusySeed implements ChunkSource {
  readonly id = 'seed'
  readonly name = 'seed'
  readonly kind = 'seed'
  readonly traits = TRAITS
  readonly askedMs: number[] = []

  async *getChunks(): AsyncGenerator<SealedChunk> {
    this.askedMs.push(performance.now())
    yield* []
    throw new TransferError('TOO_MANY_REQUESTS', 'Busy.')
  }

  async *watchHeld(): AsyncGenerator<ChunkSet> {
    yield ChunkSet.full(PLAN.chunkCount)
  }
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.spyOn(Math, 'random').mockImplementation(createRandom(1))
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

it('F25: nor does one of people who save in the order of the stream, and from seeds alone, seed 1', async () => {
  const seed = new BusySeed()
  const stop = new AbortController()
  const running = Array.from({ length: CROWD }, () => {
    const engine = new FetchEngine<Bytes>({
      ...PLAN,
      check: async (_index, sealed) => sealed,
      deliver: async () => undefined,
      note: () => undefined,
      ban: () => undefined,
      nowMs: () => performance.now(),
    })
    engine.publish(PLAN.chunkCount)
    engine.addSource(seed)
    return engine.run(stop.signal).catch(() => undefined)
  })
  await vi.advanceTimersByTimeAsync(1100)
  stop.abort(new Error('seen enough'))
  await Promise.all(running)
  expect(seed.askedMs.length).toBeGreaterThanOrEqual(2 * CROWD)
  expect(mostTogether(seed.askedMs.slice(CROWD))).toBeLessThan(CROWD / 5)
})
