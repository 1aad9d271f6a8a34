import { describe, expect, it } from 'vitest'
import { ChunkSet } from '../../../protocol/swarm/chunk-set.ts'
import { FAR_BUSY_MAX, FetchWindow } from '../../../protocol/swarm/fetch-window.ts'
import { createRandom } from '../../random.ts'
import { FetchWorld, type Actor } from './fetch-world.ts'

const CHUNKS = 400
const NEAR = 48

/** A store on this machine that is empty at first. */
function store(more: Partial<Actor> = {}): Actor {
  const held = new ChunkSet(CHUNKS)
  return {
    id: 'store',
    local: true,
    latencyMs: 5,
    bytesPerMs: 100_000,
    held,
    keepsMax: CHUNKS,
    ...more,
  }
}

function world(actors: readonly Actor[], random = createRandom(1)): FetchWorld {
  const sizes = { chunkCount: CHUNKS, windowChunks: 256, nearChunks: NEAR }
  return new FetchWorld({ ...sizes, actors, random, order: 'rare', isSavedInOrder: true })
}

/** All but the first chunk is with quick peers, which is with a slow one. */
function peersWithout(first: number): readonly Actor[] {
  const held = ChunkSet.full(CHUNKS)
  held.delete(first)
  return ['a', 'b'].map((id) => ({ id, peer: true, latencyMs: 20, bytesPerMs: 5000, held }))
}

it('gives a disk that did not take one nothing far, until it took many others', () => {
  const window = new FetchWindow(ChunkSet.full(200), { windowChunks: 150, nearChunks: 100 })
  window.fill(200, () => 0)
  window.markKept(0)
  expect(window.endFrom(0)).toBe(100 + FAR_BUSY_MAX)
  window.markLost(1)
  for (let index = 2; index < 65; index += 1) window.markKept(index)
  expect(window.endFrom(0)).toBe(100)
  window.markKept(65)
  expect(window.endFrom(0)).toBe(100 + FAR_BUSY_MAX)
})

describe('FetchPlanner, with a store for what is far', () => {
  it('goes on while the next chunk to be saved is missing, up to the end of the window', () => {
    const late = { id: 'late', latencyMs: 12_000, bytesPerMs: 5000, held: new ChunkSet(CHUNKS) }
    late.held.add(0)
    const kept = store()
    const ran = world([...peersWithout(0), late, kept])
    ran.run(11_000)
    expect(ran.planner.leftCount).toBe(CHUNKS)
    expect(kept.held?.size).toBe(255)
    expect(ran.memoryMax).toBeLessThanOrEqual(NEAR + FAR_BUSY_MAX)
    ran.run()
    expect(ran.planner.leftCount).toBe(0)
    // Each came over the line once, but for those that were on their way twice.
    expect(ran.sentChunks - ran.sentBy('store')).toBeLessThanOrEqual(1.05 * CHUNKS)
  })

  it('asks for nothing far any more once the store takes nothing', () => {
    const ran = world([...peersWithout(-1), store({ keepsMax: 0 })]).run()
    expect(ran.planner.leftCount).toBe(0)
    expect(ran.memoryMax).toBeLessThanOrEqual(NEAR)
    expect(ran.sentBy('store')).toBe(0)
  })

  it.each(Array.from({ length: 60 }, (_, i) => i + 1))(
    'saves all with little in memory, whatever the store and the others do, seed %i',
    (seed) => {
      const random = createRandom(seed)
      const keepsMax = random() < 0.5 ? CHUNKS : Math.floor(random() * CHUNKS)
      const kept = store({ keepsMax, forgets: random() < 0.5 ? 0 : random() / 4 })
      const peers = Array.from({ length: 1 + Math.floor(random() * 4) }, (_, i): Actor => {
        const held = new ChunkSet(CHUNKS)
        for (let index = 0; index < CHUNKS; index += 1) if (random() < 0.7) held.add(index)
        const [latencyMs, bytesPerMs] = [random() * 200, 50 + random() * 5000]
        return { id: `peer ${i}`, peer: true, latencyMs, bytesPerMs, held, turnsSeed: random() }
      })
      const seeds = [{ id: 'seed', latencyMs: random() * 400, bytesPerMs: 200 + random() * 5000 }]
      const ran = world([...peers, ...seeds, kept], random).run()
      expect(ran.planner.leftCount).toBe(0)
      expect(ran.memoryMax).toBeLessThanOrEqual(NEAR + FAR_BUSY_MAX)
    },
  )
})
