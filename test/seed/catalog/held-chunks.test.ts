import { expect, it } from 'vitest'
import { HeldChunks } from '../../../seed/catalog/held-chunks.ts'
import { createRandom } from '../../random.ts'

it('shows a bit for each chunk, the first one highest', () => {
  const held = new HeldChunks()
  for (const index of [0, 3, 8, 17]) held.add(index)
  expect(held.bitmap(18)).toEqual(Uint8Array.of(0b1001_0000, 0b1000_0000, 0b0100_0000))
  expect(held.bitmap(0)).toEqual(new Uint8Array(0))
  expect([...held.missing(5)]).toEqual([1, 2, 4])
  expect([held.firstMissing(0, 18), held.firstMissing(3, 18), held.firstMissing(17, 18)]).toEqual([
    1, 4, 18,
  ])
})

// Whatever comes and goes, it is a set of numbers, and its extents are where they were.
it.each([1, 2, 3, 4])('agrees with a set, random %i', (number) => {
  const random = createRandom(number)
  const held = new HeldChunks()
  const expected = new Set<number>()
  for (let i = 0; i < 2000; i += 1) {
    const index = Math.floor(random() * 300)
    if (random() < 0.6) {
      held.add(index)
      expected.add(index)
    } else {
      held.delete(index)
      expected.delete(index)
    }
  }
  const copy = new HeldChunks()
  for (let extent = 0; extent < 20; extent += 1) {
    copy.addExtentBits(extent, held.extentBits(extent))
  }
  for (let index = 0; index < 320; index += 1) expect(held.has(index)).toBe(expected.has(index))
  expect(held.count).toBe(expected.size)
  expect(copy.bitmap(320)).toEqual(held.bitmap(320))
  held.clear()
  expect([held.count, held.firstMissing(0, 300)]).toEqual([0, 0])
})
