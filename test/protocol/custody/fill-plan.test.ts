import { describe, expect, it } from 'vitest'
import type { Bytes } from '../../../protocol/bytes.ts'
import { FillPlan } from '../../../protocol/custody/fill-plan.ts'
import { EXTENT_CHUNKS, PULL_RANGE_EXTENTS_MAX } from '../../../protocol/limits.ts'
import { HeldChunks } from '../../../seed/catalog/held-chunks.ts'
import { createRandom } from '../../random.ts'
import { makeSeed } from '../placement-network.ts'

const [a, b] = [makeSeed(1).id, makeSeed(2).id]

function held(chunks: Iterable<number>): HeldChunks {
  const map = new HeldChunks()
  for (const index of chunks) map.add(index)
  return map
}

function bitmap(chunks: Iterable<number>, chunkCount: number): Bytes {
  return held(chunks).bitmap(chunkCount)
}

function planOf(chunkCount: number, here: HeldChunks): FillPlan {
  return new FillPlan(() => ({ chunkCount, extentBits: (extent) => here.extentBits(extent) }))
}

function run(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i)
}

describe('what to pull next', () => {
  it('is what the source has and nobody here has, in long runs', () => {
    const plan = planOf(100, held(run(0, 5)))
    plan.update(a, bitmap(run(0, 100), 100))
    const count = PULL_RANGE_EXTENTS_MAX * EXTENT_CHUNKS - 5
    expect(plan.next(a)).toEqual({ seedId: a, first: 5, count })
    expect(plan.next(a)).toEqual({ seedId: a, first: 64, count: 36 })
    expect(plan.next(a)).toBe(undefined)
  })

  it('is nothing of an extent that is on its way from another source', () => {
    const plan = planOf(16, held([]))
    plan.update(a, bitmap(run(0, 8), 16))
    plan.update(b, bitmap(run(8, 16), 16))
    const range = plan.next(a)
    expect([range?.count, plan.next(b)]).toEqual([8, undefined])
    if (range !== undefined) plan.release(range)
    expect(plan.next(b)).toEqual({ seedId: b, first: 8, count: 8 })
  })

  it('is not what a source was found not to have, until it says more', () => {
    const plan = planOf(16, held([]))
    plan.update(a, bitmap([3], 16))
    plan.drop(a, 3)
    expect(plan.next(a)).toBe(undefined)
    plan.update(a, bitmap([3], 16))
    expect(plan.next(a)).toEqual({ seedId: a, first: 3, count: 1 })
  })

  it('is nothing beyond what is published here, whatever a source says', () => {
    const plan = planOf(20, held(run(0, 20)))
    plan.update(a, new Uint8Array(1000).fill(0xff))
    expect(plan.next(a)).toBe(undefined)
  })
})

// Two sources with halves of their own, ranges that come whole, cut or not at all.
it.each([1, 2, 3, 4])(
  'gets every chunk that any source has, and each once at a time, seed %i',
  (seed) => {
    const random = createRandom(seed)
    const chunkCount = 1 + Math.floor(random() * 300)
    const here = new HeldChunks()
    const plan = planOf(chunkCount, here)
    const has = new Map([a, b].map((id) => [id, run(0, chunkCount).filter(() => random() < 0.6)]))
    const flying = new Set<number>()
    for (let round = 0; round < 4000; round += 1) {
      for (const [id, chunks] of has) plan.update(id, bitmap(chunks, chunkCount))
      const range = plan.next(random() < 0.5 ? a : b)
      if (range === undefined) continue
      const chunks = run(range.first, range.first + range.count)
      expect(chunks.some((index) => flying.has(index) || here.has(index))).toBe(false)
      const got = random() < 0.3 ? chunks.slice(0, Math.floor(random() * chunks.length)) : chunks
      for (const index of got) here.add(index)
      plan.release(range)
    }
    const any = new Set([...has.values()].flat())
    expect(here.count).toBe(any.size)
  },
)
