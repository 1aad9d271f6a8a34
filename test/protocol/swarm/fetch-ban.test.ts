import { expect, it } from 'vitest'
import { ChunkSet } from '../../../protocol/swarm/chunk-set.ts'
import { FetchPlanner } from '../../../protocol/swarm/fetch-planner.ts'

const PEER = { runChunksMax: 1, runsMax: 4, isPeer: true }

it('P11: keeps nothing of a banned peer that is gone but its name', () => {
  const planner = new FetchPlanner({ chunkCount: 8, wanted: ChunkSet.full(8), windowChunks: 8 })
  planner.step({ type: 'published', chunkCount: 8 }, 0)
  for (const source of ['a', 'b', 'c']) {
    const [asked] = planner.step({ type: 'join', source, traits: PEER }, 0)
    if (asked?.type !== 'request') throw new Error('not asked')
    const lie = { run: asked.run, index: asked.first }
    expect(planner.step({ type: 'corrupt', ...lie }, 0)).toContainEqual({
      type: 'ban',
      source,
      index: asked.first,
    })
    planner.step({ type: 'leave', source }, 0)
  }
  expect(planner.sources()).toEqual([])
  expect(planner.wait(0)).toEqual({ reason: 'dishonest', who: 'peers' })
  // It is not asked again where it comes back.
  expect(planner.step({ type: 'join', source: 'a', traits: PEER }, 0)).toEqual([])
  expect(planner.sources()).toEqual([])
})
