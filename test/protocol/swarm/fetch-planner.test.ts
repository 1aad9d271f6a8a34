import { describe, expect, it } from 'vitest'
import { createRandom } from '../../random.ts'
import { ChunkSet } from '../../../protocol/swarm/chunk-set.ts'
import { FetchPlanner } from '../../../protocol/swarm/fetch-planner.ts'
import { FetchWorld, type Actor } from './fetch-world.ts'

const FAST = { latencyMs: 30, bytesPerMs: 20_000 }
const EMPTY_STORE = { id: 'store', ...FAST, held: new ChunkSet(50), local: true }
const SLOW = { latencyMs: 200, bytesPerMs: 400 }

/** An extent every half a second. */
function publishedAt(nowMs: number): number {
  return Math.min(200, Math.floor(nowMs / 500) * 16)
}

function expectAllOnce(world: FetchWorld, chunkCount: number): void {
  expect(world.planner.isComplete).toBe(true)
  expect(world.delivered.toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: chunkCount }, (_, index) => index),
  )
}

function worldOf(actors: readonly Actor[], chunkCount = 400, seed = 1): FetchWorld {
  return new FetchWorld({ chunkCount, actors, random: createRandom(seed) }).run()
}

describe('FetchPlanner', () => {
  it('asks two seeds at once, in the order of the stream, in long runs', () => {
    const world = worldOf([
      { id: 'a', ...FAST },
      { id: 'b', ...FAST },
    ])
    expectAllOnce(world, 400)
    expect(world.sentChunks).toBe(400)
    expect(world.requestCount).toBeLessThan(60)
    // Together they are nearly twice as fast as one.
    expect(world.nowMs).toBeLessThan(1.25 * ((400 * 262_128) / 40_000))
  })

  it('F15: a seed that answers after 5 s does not hold up one that answers at once', () => {
    const alone = worldOf([{ id: 'a', ...FAST }])
    const both = worldOf([
      { id: 'late', latencyMs: 5000, bytesPerMs: 20_000 },
      { id: 'a', ...FAST },
    ])
    expectAllOnce(both, 400)
    // What the late one was asked for is asked again after a second.
    expect(both.nowMs).toBeLessThan(alone.nowMs + 1500)
    expect(both.sentChunks).toBeLessThanOrEqual(420)
  })

  it('takes over from a slow source at the end, instead of waiting for it', () => {
    const world = worldOf([
      { id: 'slow', ...SLOW },
      { id: 'fast', ...FAST },
    ])
    expectAllOnce(world, 400)
    expect(world.nowMs).toBeLessThan(1.3 * ((400 * 262_128) / 20_400) + 1000)
    expect(world.sentChunks).toBeLessThanOrEqual(404)
  })

  it('D02: asks an idle seed for what a stranger was asked for, however soon that one was expected to be through', () => {
    const wanted = ChunkSet.full(1)
    const planner = new FetchPlanner({ chunkCount: 1, wanted, windowChunks: 8, order: 'rare' })
    planner.step({ type: 'published', chunkCount: 1 }, 0)
    const traits = { runChunksMax: 1, runsMax: 8, hasSlots: true, isPeer: true }
    planner.step({ type: 'join', source: 'stranger', traits }, 0)
    const first = planner.step({ type: 'slot', source: 'stranger', isOpen: true }, 0)
    expect(first).toMatchObject([{ type: 'request', source: 'stranger', first: 0 }])
    const seed = { runChunksMax: 64, runsMax: 4 }
    const second = planner.step({ type: 'join', source: 'seed', traits: seed }, 1400)
    expect(second).toMatchObject([{ type: 'request', source: 'seed', first: 0, count: 1 }])
  })

  it('bans a source at its first wrong chunk and asks another for it', () => {
    const world = worldOf([
      { id: 'liar', ...FAST, lies: 1 },
      { id: 'honest', ...FAST },
    ])
    expectAllOnce(world, 400)
    expect(world.banned).toEqual(['liar'])
    expect(world.sentChunks).toBe(401)
  })

  it('goes on with the other when one falls silent in the middle', () => {
    const world = worldOf([
      { id: 'dying', ...FAST, silentAfter: 50 },
      { id: 'honest', ...FAST },
    ])
    expectAllOnce(world, 400)
    expect(world.nowMs).toBeLessThan((400 * 262_128) / 20_000 + 2500)
  })

  it.each([1, 2, 3])('asks others only for what a store here lacks, seed %i', (seed) => {
    const random = createRandom(seed)
    const held = new ChunkSet(400)
    for (let index = 0; index < 400; index += 1) if (random() < 0.5) held.add(index)
    held.addRange(100, 200)
    const world = worldOf(
      [
        { id: 'seed', ...FAST },
        { id: 'store', latencyMs: 1, bytesPerMs: 5000, held, local: true },
      ],
      400,
      seed,
    )
    expectAllOnce(world, 400)
    expect(world.sentBy('store')).toBe(held.size)
    expect(world.sentBy('seed')).toBe(400 - held.size)
  })

  it('asks a seed for what a store here says it holds and does not bring', () => {
    const world = worldOf([
      { id: 'seed', ...FAST },
      {
        id: 'store',
        latencyMs: 1,
        bytesPerMs: 5000,
        held: ChunkSet.full(400),
        local: true,
        silentAfter: 30,
      },
    ])
    expectAllOnce(world, 400)
  })

  it('puts together what two sources hold in parts', () => {
    const even = new ChunkSet(400)
    for (let index = 0; index < 400; index += 1) if (index % 32 < 16) even.add(index)
    const odd = new ChunkSet(400)
    for (let index = 0; index < 400; index += 1) if (index % 32 >= 16) odd.add(index)
    const world = worldOf([
      { id: 'even', ...FAST, held: even },
      { id: 'odd', ...FAST, held: odd },
    ])
    expectAllOnce(world, 400)
    expect(world.requestCount).toBeLessThan(80)
  })

  it('never has more in memory than the window allows, however slowly it is saved', () => {
    const random = createRandom(1)
    const actors = [{ id: 'a', ...FAST }]
    const options = { chunkCount: 300, windowChunks: 32, saveMs: 2000, random, actors }
    const world = new FetchWorld(options).run()
    expectAllOnce(world, 300)
    expect(world.memoryMax).toBeLessThanOrEqual(32)
  })

  it('asks two seeds for long ranges, beside a store here that holds nothing', () => {
    const actors = [
      { id: 'a', ...FAST },
      { id: 'b', ...FAST },
      { id: 'store', latencyMs: 1, bytesPerMs: 5000, held: new ChunkSet(1024), local: true },
    ]
    const options = { chunkCount: 1024, windowChunks: 128, saveMs: 20, random: createRandom(1) }
    const world = new FetchWorld({ ...options, actors }).run()
    expectAllOnce(world, 1024)
    expect(world.requestCount).toBeLessThan(1024 / 24)
  })

  it('fetches only what is wanted', () => {
    const wanted = new ChunkSet(400)
    wanted.addRange(100, 130)
    wanted.addRange(390, 400)
    const random = createRandom(1)
    const world = new FetchWorld({
      chunkCount: 400,
      wanted,
      random,
      actors: [{ id: 'a', ...FAST }],
    }).run()
    expect(world.delivered).toHaveLength(40)
    expect(world.delivered.every((index) => wanted.has(index))).toBe(true)
    expect(world.sentChunks).toBe(40)
  })

  it('follows a share that grows', () => {
    const random = createRandom(1)
    const actors = [
      { id: 'a', ...FAST },
      { id: 'b', ...FAST },
    ]
    const world = new FetchWorld({ chunkCount: 200, publishedAt, random, actors }).run()
    expectAllOnce(world, 200)
    expect(world.nowMs).toBeLessThan(7500)
  })

  it('does not ask twice over a line that is slow for everybody', () => {
    const random = createRandom(1)
    const actors = [
      { id: 'a', ...FAST },
      { id: 'b', ...FAST },
    ]
    const options = { chunkCount: 60, lineBytesPerMs: 64, random, actors }
    const world = new FetchWorld(options).run()
    expectAllOnce(world, 60)
    expect(world.sentChunks).toBeLessThanOrEqual(62)
  })

  it.each([
    [[], 'no-source'],
    [[{ id: 'a', ...FAST, lies: 1 }], 'dishonest'],
    [[{ id: 'a', ...FAST, fails: 1 }], 'unreachable'],
    [[{ id: 'a', ...FAST, fails: 1 }, EMPTY_STORE], 'unreachable'],
    [[EMPTY_STORE], 'no-source'],
    [[{ id: 'a', ...FAST, silentAfter: 0 }], 'silent'],
    [[{ id: 'a', ...FAST, held: new ChunkSet(50) }], 'not-there'],
  ] as const)('waits with a reason: %j is %s', (actors, reason) => {
    const random = createRandom(1)
    const world = new FetchWorld({ chunkCount: 50, actors, random, untilMs: 8000 }).run()
    expect(world.planner.wait(world.nowMs)?.reason).toBe(reason)
    expect(world.planner.isComplete).toBe(false)
  })

  it('waits for the sender when all that is published is here', () => {
    const random = createRandom(1)
    const actors = [{ id: 'a', ...FAST }]
    const options = { chunkCount: 50, publishedAt: () => 16, untilMs: 3000, actors, random }
    const world = new FetchWorld(options).run()
    expect(world.delivered).toHaveLength(16)
    expect(world.planner.wait(world.nowMs)).toEqual({ reason: 'unpublished' })
  })

  it('says that a chunk is nowhere, and not that the disk is slow, while later ones wait for it', () => {
    const held = new ChunkSet(2)
    held.add(1)
    // Saved in order: the second one waits for the first.
    const actors = [{ id: 'a', ...FAST, held }]
    const options = { chunkCount: 2, actors, random: createRandom(1), saveMs: 1e9, untilMs: 1000 }
    const world = new FetchWorld(options).run()
    expect(world.delivered).toEqual([1])
    expect(world.planner.wait(world.nowMs)).toEqual({ reason: 'not-there', who: 'seeds' })
  })

  it('forgets a source that leaves and asks the others for what it had been asked', () => {
    const random = createRandom(1)
    const actors = [{ id: 'a', ...SLOW }]
    const world = new FetchWorld({ chunkCount: 50, actors, random, untilMs: 500 }).run()
    const traits = { runChunksMax: 64, runsMax: 2 }
    const left = world.planner.step({ type: 'leave', source: 'a' }, world.nowMs)
    expect(left.map(({ type }) => type)).toEqual(['cancel'])
    const joined = world.planner.step({ type: 'join', source: 'b', traits }, world.nowMs)
    expect(joined[0]).toMatchObject({ type: 'request', source: 'b', first: 0 })
    expect(world.planner.sources().map(({ id }) => id)).toEqual(['b'])
  })
})
