import { describe, expect, it } from 'vitest'
import { createRandom } from '../../random.ts'
import { FetchWorld } from './fetch-world.ts'

// Each place that a save makes in a full window counts, also where no chunk follows that could fill it.
describe.each(Array.from({ length: 40 }, (_, i) => i + 1))('FetchPlanner, seed %i', (seed) => {
  it('brings all that is published from a seed that is faster than saving', () => {
    const random = createRandom(seed)
    const publishedCount = 300 + Math.floor(random() * 300)
    // Of an open share more may follow.
    const chunkCount = publishedCount + (seed % 2) * 100
    const windowChunks = random() < 0.5 ? 128 : 256
    const world = new FetchWorld({
      chunkCount,
      windowChunks,
      actors: [{ id: 'a', latencyMs: 20, bytesPerMs: 50_000 + random() * 100_000 }],
      random,
      saveMs: 20 + random() * 60,
      isSavedInTurn: true,
      publishedAt: () => publishedCount,
      untilMs: 60_000,
    }).run()
    expect(world.planner.leftCount).toBe(chunkCount - publishedCount)
    expect(world.memoryMax).toBeLessThanOrEqual(windowChunks)
  })
})
