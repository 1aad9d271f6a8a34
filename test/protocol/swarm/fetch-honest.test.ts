import { describe, expect, it } from 'vitest'
import { createRandom } from '../../random.ts'
import { ChunkSet } from '../../../protocol/swarm/chunk-set.ts'
import { FetchWorld, type Actor } from './fetch-world.ts'

// Whatever the others do: while one honest source is left, all of it comes, each chunk once, in bounded memory.
describe.each(Array.from({ length: 180 }, (_, i) => i + 1))('FetchPlanner, seed %i', (seed) => {
  it('completes while one honest source is left', () => {
    const random = createRandom(seed)
    const chunkCount = 40 + Math.floor(random() * 600)
    const windowChunks = 64 + Math.floor(random() * 192)
    const order = seed % 2 === 0 ? 'stream' : 'rare'
    const peer = seed % 3 === 0
    const latencyMs = random() * 500
    const bytesPerMs = 300 + random() * 20_000
    const honest = { id: 'honest', latencyMs, bytesPerMs, peer, turnsSeed: seed }
    const others = Array.from({ length: Math.floor(random() * 6) }, (_, i) => {
      return randomActor(`other ${i}`, chunkCount, random)
    })
    const actors = [...others, honest].toSorted(() => random() - 0.5)
    const saveMs = random() < 0.3 ? random() * 300 : 0
    const options = { chunkCount, windowChunks, order, random, saveMs } as const
    const world = new FetchWorld({ ...options, actors }).run()
    expect(world.planner.isComplete).toBe(true)
    expect(world.delivered.toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: chunkCount }, (_, index) => index),
    )
    expect(world.memoryMax).toBeLessThanOrEqual(windowChunks)
    expect(world.banned).not.toContain('honest')
    // A wrong chunk for each liar, and few that came twice.
    expect(world.sentChunks - chunkCount).toBeLessThanOrEqual(10 + chunkCount * 0.15)
    // Never much slower than the honest one alone. The rarest lie apart: a seed is asked for few at a time.
    const alone = new FetchWorld({ ...options, actors: [honest] }).run()
    expect(world.nowMs).toBeLessThan((order === 'rare' ? 3 : 1.3) * alone.nowMs + 8000)
  })
})

function randomActor(id: string, chunkCount: number, random: () => number): Actor {
  const base = { id, latencyMs: random() * 3000, bytesPerMs: 10 + random() * 15_000 }
  const held = new ChunkSet(chunkCount)
  for (let index = 0; index < chunkCount; index += 1) if (random() < 0.7) held.add(index)
  const peer = { ...base, peer: true, turnsSeed: Math.floor(random() * 1e6) }
  const kinds: Actor[] = [
    base,
    { ...base, lies: random() },
    { ...base, fails: random() },
    { ...base, silentAfter: Math.floor(random() * 40) },
    { ...base, held },
    { ...base, held, hidesHoles: true },
    { ...base, bytesPerMs: 1 },
    peer,
    { ...peer, lies: random() },
    { ...peer, fails: random() },
    { ...peer, silentAfter: Math.floor(random() * 40) },
    { ...peer, held },
    { ...peer, held, hidesHoles: true },
    { ...peer, bytesPerMs: 1 },
    { ...peer, neverOpens: true },
  ]
  const kind = kinds[Math.floor(random() * kinds.length)]
  return kind ?? base
}
