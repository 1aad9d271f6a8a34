import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ChunkSet } from '../../../protocol/swarm/chunk-set.ts'

describe('ChunkSet', () => {
  it('is a set of chunk numbers, whatever is added and taken away', () => {
    const act = fc.record({ index: fc.nat({ max: 120 }), add: fc.boolean() })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.array(act), (count, acts) => {
        const chunks = new ChunkSet(count)
        const model = new Set<number>()
        for (const { index, add } of acts) {
          const expected = add ? index < count && !model.has(index) : model.has(index)
          expect(add ? chunks.add(index) : chunks.delete(index)).toBe(expected)
          if (!add) model.delete(index)
          else if (index < count) model.add(index)
        }
        expect(chunks.size).toBe(model.size)
        const ordered = [...model].toSorted((a, b) => a - b)
        expect(chunks.nextFrom(0)).toBe(ordered[0])
        for (let from = 0; from < count; from += 1) {
          expect(chunks.nextFrom(from)).toBe(ordered.find((index) => index >= from))
        }
        const ranks = Array.from({ length: count + 1 }, (_, rank) => chunks.memberAt(rank))
        expect(ranks).toEqual(ranks.map((_, rank) => ordered[rank]))
        const copy = new ChunkSet(count, chunks.bitmap())
        expect(copy.size).toBe(model.size)
        expect(ordered.every((index) => copy.has(index))).toBe(true)
      }),
      { seed: 1, numRuns: 200 },
    )
  })

  it('takes any bitmap for what it says within the share, short or long', () => {
    expect(new ChunkSet(20, Uint8Array.of(0xff)).size).toBe(8)
    expect(new ChunkSet(10, new Uint8Array(9).fill(0xff)).isFull).toBe(true)
    expect(new ChunkSet(10, new Uint8Array(9).fill(0xff)).has(10)).toBe(false)
    expect(ChunkSet.full(13).size).toBe(13)
    expect(new ChunkSet(0).nextFrom(0)).toBeUndefined()
  })
})
