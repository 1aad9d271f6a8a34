import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeUtf8 } from '../../protocol/bytes.ts'
import { isJsonWithin } from '../../protocol/json-bounds.ts'

const within = (json: string, depthMax: number, marksMax: number): boolean =>
  isJsonWithin(encodeUtf8(json), { depthMax, marksMax })

/** What the parser built, counted. */
function measure(value: unknown): { depth: number; values: number } {
  if (typeof value !== 'object' || value === null) return { depth: 0, values: 1 }
  const inner = Object.values(value).map(measure)
  const depth = Math.max(0, ...inner.map((part) => part.depth)) + 1
  return { depth, values: inner.reduce((sum, part) => sum + part.values, 1) }
}

describe('the bounds of a JSON text', () => {
  it('count arrays, objects and commas', () => {
    expect(within('[{"a":1,"b":2},{}]', 2, 5)).toBe(true)
    expect(within('[{"a":1,"b":2},{}]', 2, 4)).toBe(false)
    expect(within('[{"a":1,"b":2},{}]', 1, 5)).toBe(false)
  })

  it('do not count what stands in strings', () => {
    expect(within(String.raw`["[{,\"[[[[,,,,\\"]`, 1, 1)).toBe(true)
    expect(within(String.raw`["\\",[]]`, 2, 3)).toBe(true)
    expect(within(String.raw`["\\",[]]`, 2, 2)).toBe(false)
  })

  it('do not mind text that is no JSON', () => {
    for (const text of ['', ']]]]', '"never closed [[[[', '"\\', '{"a":']) {
      expect(within(text, 1, 1)).toBe(true)
    }
  })

  it.each([1, 2, 3])('are never more than what a parser builds, seed %i', (seed) => {
    const property = fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const json = JSON.stringify(value)
      const { depth, values } = measure(JSON.parse(json))
      // Each value but the first stands behind an opening bracket or a comma.
      const marksMin = values - 1
      expect(within(json, depth, 2 * values)).toBe(true)
      if (depth > 0) expect(within(json, depth - 1, 2 * values)).toBe(false)
      if (marksMin > 0) expect(within(json, depth, marksMin - 1)).toBe(false)
    })
    fc.assert(property, { seed, numRuns: 150 })
    expect.hasAssertions()
  })
})
