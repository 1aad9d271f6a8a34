import { expect, it } from 'vitest'
import { ChunkSet } from '../../../protocol/swarm/chunk-set.ts'
import type { FetchEvent } from '../../../protocol/swarm/fetch-event.ts'
import { FetchPlanner } from '../../../protocol/swarm/fetch-planner.ts'

it('says that saving is slow, and not that a chunk is nowhere, while the next one waits to be saved', () => {
  const wanted = ChunkSet.full(200)
  const planner = new FetchPlanner({ chunkCount: 200, wanted, windowChunks: 64 })
  const feed = (event: FetchEvent): void => {
    for (const effect of planner.step(event, 0)) {
      if (effect.type !== 'request') continue
      const { run, first, count } = effect
      for (let index = first; index < first + count; index += 1) feed({ type: 'chunk', run, index })
      feed({ type: 'end', run })
    }
  }
  feed({ type: 'published', chunkCount: 200 })
  feed({ type: 'join', source: 'a', traits: { runChunksMax: 64, runsMax: 4 } })
  expect(planner.wait(0)).toEqual({ reason: 'saving' })
  // The window moves on by one: it is not asked for alone.
  feed({ type: 'saved', index: 0 })
  expect(planner.wait(0)).toEqual({ reason: 'saving' })
})
