import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CHUNK_PLAIN_BYTES } from '../../protocol/limits.ts'
import { chunkCountOf, lastChunkBytes, paddedBytes, padme } from '../../protocol/padme.ts'

/** The paper's own bit masks, on integers of any length. */
function reference(length: number): number {
  const value = BigInt(length)
  const exponent = BigInt(value.toString(2).length - 1)
  const significand = BigInt(exponent.toString(2).length)
  const mask = (1n << (exponent - significand)) - 1n
  return Number((value + mask) & ~mask)
}

describe('padme', () => {
  it.each([
    [2, 2],
    [8, 8],
    [9, 10],
    [10, 10],
    [100, 104],
    [1000, 1024],
    [4096, 4096],
    [4097, 4352],
    [65_537, 67_584],
    [1_000_000, 1_015_808],
    [1_000_000_000, 1_006_632_960],
    [2 ** 40, 2 ** 40],
    [2 ** 40 + 1, 2 ** 40 + 2 ** 34],
    [2 ** 41 - 1, 2 ** 41],
  ])('rounds %i up to %i', (length, padded) => {
    expect(padme(length)).toBe(padded)
    expect(reference(length)).toBe(padded)
  })

  it.each([1, 2, 3])(
    'is what the paper says, at most 12 %% longer, and stable, seed %i',
    (seed) => {
      const lengths = fc.oneof(
        fc.integer({ min: 16, max: 2 ** 20 }),
        fc.integer({ min: 16, max: 2 ** 52 }),
        // One above, at and below powers of two, where a logarithm of floating point goes wrong.
        fc
          .tuple(fc.integer({ min: 5, max: 51 }), fc.integer({ min: -1, max: 1 }))
          .map(([exponent, step]) => 2 ** exponent + step),
      )
      const property = fc.property(lengths, (length) => {
        const padded = padme(length)
        expect(padded).toBe(reference(length))
        expect(padded).toBeGreaterThanOrEqual(length)
        expect(padded).toBeLessThanOrEqual(length * 1.12)
        expect(padme(padded)).toBe(padded)
      })
      fc.assert(property, { seed, numRuns: 300 })
      expect.hasAssertions()
    },
  )

  it.each([1, 2])('never makes the longer of two lengths the shorter, seed %i', (seed) => {
    const property = fc.property(fc.nat(2 ** 31), fc.nat(2 ** 31), (a, b) => {
      expect(Math.sign(padme(a + 2) - padme(b + 2)) * Math.sign(a - b)).toBeGreaterThanOrEqual(0)
    })
    fc.assert(property, { seed, numRuns: 200 })
    expect.hasAssertions()
  })

  it('stops at lengths it cannot round exactly', () => {
    for (const wrong of [-1, 0, 1, 1.5, 2 ** 52 + 1]) expect(() => padme(wrong)).toThrow('bug')
  })
})

describe('the stream', () => {
  it('is never shorter than 4096 bytes, not even for empty files', () => {
    expect([0, 1, 4095, 4096].map(paddedBytes)).toEqual([4096, 4096, 4096, 4096])
    expect(paddedBytes(4097)).toBe(4352)
  })

  it('ends with its last chunk, wherever the padding ends', () => {
    for (const length of [4096, CHUNK_PLAIN_BYTES - 1, CHUNK_PLAIN_BYTES, CHUNK_PLAIN_BYTES + 1]) {
      const count = chunkCountOf(length)
      expect((count - 1) * CHUNK_PLAIN_BYTES + lastChunkBytes(length)).toBe(length)
      expect(lastChunkBytes(length)).toBeGreaterThanOrEqual(1)
      expect(lastChunkBytes(length)).toBeLessThanOrEqual(CHUNK_PLAIN_BYTES)
    }
    expect([chunkCountOf(CHUNK_PLAIN_BYTES), chunkCountOf(CHUNK_PLAIN_BYTES + 1)]).toEqual([1, 2])
  })
})
