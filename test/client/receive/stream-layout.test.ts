import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StreamLayout } from '../../../client/engine/receive/stream-layout.ts'
import { CHUNK_PLAIN_BYTES } from '../../../protocol/limits.ts'

const sizes = fc.array(
  fc.oneof(
    fc.constant(0),
    fc.nat({ max: 10 }),
    fc.nat({ max: 2_000_000 }),
    fc.constantFrom(CHUNK_PLAIN_BYTES, CHUNK_PLAIN_BYTES - 1, 2 * CHUNK_PLAIN_BYTES),
  ),
  { minLength: 1, maxLength: 60 },
)

function layoutOf(all: readonly number[]): StreamLayout {
  return new StreamLayout(all.map((size, i) => ({ path: `${i}`, size })))
}

describe('StreamLayout', () => {
  it('has every byte of every file in exactly one segment, in order', () => {
    fc.assert(
      fc.property(sizes, (all) => {
        const layout = layoutOf(all)
        const seen = all.map(() => 0)
        for (let chunk = 0; chunk < layout.chunkCount; chunk += 1) {
          let end = 0
          for (const { entry, fileOffset, chunkOffset, length } of layout.segmentsOf(chunk)) {
            expect(fileOffset).toBe(seen[entry])
            expect(chunkOffset).toBe(end)
            expect(length).toBeGreaterThan(0)
            seen[entry] = fileOffset + length
            end = chunkOffset + length
          }
          expect(end).toBeLessThanOrEqual(layout.chunkBytes(chunk))
        }
        expect(seen).toEqual(all)
      }),
      { seed: 1, numRuns: 150 },
    )
  })

  it('knows in which chunks a file lies, and no others', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (all, pick) => {
        const layout = layoutOf(all)
        const entry = pick % all.length
        const chunks = layout.chunkSetOf(new Set([entry]))
        for (let chunk = 0; chunk < layout.chunkCount; chunk += 1) {
          const isIn = layout.segmentsOf(chunk).some((segment) => segment.entry === entry)
          expect(chunks.has(chunk)).toBe(isIn)
        }
      }),
      { seed: 2, numRuns: 100 },
    )
  })

  it('counts padding to the whole stream, and to no file', () => {
    const layout = layoutOf([10])
    expect(layout.streamBytes).toBe(4096)
    expect(layout.segmentsOf(0)).toEqual([{ entry: 0, fileOffset: 0, chunkOffset: 0, length: 10 }])
    expect(layoutOf([0, 0]).segmentsOf(0)).toEqual([])
    expect(layoutOf([0, 0]).chunkSetOf(undefined).size).toBe(1)
  })
})
