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

const SEED = { runChunksMax: 64, runsMax: 4 }
const PEER = { runChunksMax: 1, runsMax: 8, hasSlots: true, isPeer: true }

function growing(chunkCount = 100): FetchPlanner {
  return new FetchPlanner({ chunkCount, wanted: ChunkSet.full(chunkCount), windowChunks: 64 })
}

it('waits for the sender only where nobody has what it was not asked for yet, and not far behind one', () => {
  const planner = growing()
  const held = new ChunkSet(100)
  held.addRange(0, 16)
  planner.step({ type: 'join', source: 'a', traits: SEED }, 0)
  planner.step({ type: 'held', source: 'a', held }, 0)
  // The hashes go first: they are published before the seed has the chunks.
  planner.step({ type: 'published', chunkCount: 32 }, 0)
  expect(planner.awaitsSender(0)).toBe(true)
  const far = growing()
  far.step({ type: 'join', source: 'a', traits: SEED }, 0)
  far.step({ type: 'published', chunkCount: 32 }, 0)
  expect(far.awaitsSender(0)).toBe(false)
  far.step({ type: 'published', chunkCount: 90 }, 0)
  expect(far.awaitsSender(0)).toBe(false)
})

it('says that a seed is busy, and not that it does not answer, though others are away', () => {
  const planner = growing()
  planner.step({ type: 'published', chunkCount: 100 }, 0)
  const faults = { away: 'SEED_UNREACHABLE', busy: 'TOO_MANY_REQUESTS' } as const
  for (const [source, fault] of Object.entries(faults)) {
    for (const effect of planner.step({ type: 'join', source, traits: SEED }, 0)) {
      if (effect.type === 'request') planner.step({ type: 'fail', run: effect.run, fault }, 0)
    }
  }
  expect(planner.wait(0)).toEqual({ reason: 'busy' })
})

it('says that a seed that is called is busy while it gives no slot', () => {
  const planner = growing()
  planner.step({ type: 'published', chunkCount: 100 }, 0)
  planner.step({ type: 'join', source: 'called', traits: { ...PEER, isPeer: false } }, 0)
  expect(planner.wait(0)).toEqual({ reason: 'busy' })
  for (const effect of planner.step({ type: 'slot', source: 'called', isOpen: true }, 0)) {
    if (effect.type !== 'request') continue
    planner.step({ type: 'fail', run: effect.run, fault: 'SEED_UNREACHABLE' }, 0)
  }
  planner.step({ type: 'slot', source: 'called', isOpen: false }, 0)
  expect(planner.wait(0)).toMatchObject({ reason: 'unreachable', who: 'seeds' })
})

it('says who is waited for: a seed that rests, others whose slot is closed, or who lied', () => {
  const planner = growing()
  planner.step({ type: 'published', chunkCount: 100 }, 0)
  planner.step({ type: 'join', source: 'peer', traits: PEER }, 0)
  expect(planner.wait(0)).toMatchObject({ reason: 'unreachable', who: 'peers' })
  const [asked] = planner.step({ type: 'slot', source: 'peer', isOpen: true }, 0)
  if (asked?.type !== 'request') throw new Error('not asked')
  planner.step({ type: 'corrupt', run: asked.run, index: asked.first }, 0)
  expect(planner.wait(0)).toMatchObject({ reason: 'dishonest', who: 'peers' })
  for (const effect of planner.step({ type: 'join', source: 'seed', traits: SEED }, 0)) {
    if (effect.type !== 'request') continue
    planner.step({ type: 'fail', run: effect.run, fault: 'SEED_UNREACHABLE' }, 0)
  }
  expect(planner.wait(0)).toMatchObject({ reason: 'unreachable', who: 'seeds' })
})
