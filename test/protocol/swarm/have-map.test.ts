import fc from 'fast-check'
import { expect, it } from 'vitest'
import { CHUNKS_MAX, HAVE_CHUNKS_MAX } from '../../../protocol/limits.ts'
import { HaveMap } from '../../../protocol/swarm/have-map.ts'
import { decodeFrame, encodeFrame } from '../../../protocol/wire/frame.ts'

const chunks = fc.array(fc.nat({ max: 5000 }), { maxLength: 60 })

function mapOf(indexes: readonly number[]): HaveMap {
  const map = new HaveMap()
  for (const index of indexes) map.add(index)
  return map
}

it('tells in frames what another map takes from them: each new chunk once, and nothing that is not there', () => {
  fc.assert(
    fc.property(chunks, chunks, (here, there) => {
      const [mine, theirs] = [mapOf(here), mapOf(there)]
      const news = mine.tell(here)
      const gained = [...news, ...mine.tellAll()].flatMap((have) => {
        const frame = decodeFrame(encodeFrame(have))
        return frame.type === 'have' ? theirs.take(frame) : []
      })
      const expected = new Set(here.filter((index) => !there.includes(index)))
      expect(gained.toSorted((a, b) => a - b)).toEqual([...expected].toSorted((a, b) => a - b))
      expect(theirs.size).toBe(new Set([...here, ...there]).size)
      expect(here.every((index) => theirs.has(index))).toBe(true)
    }),
    { seed: 1, numRuns: 200 },
  )
})

it('takes nothing back where an older frame comes after a newer one', () => {
  const mine = mapOf([1])
  const [older] = mine.tellAll()
  mine.add(2)
  const [newer] = mine.tellAll()
  const theirs = new HaveMap()
  for (const frame of [newer, older]) if (frame !== undefined) theirs.take(frame)
  expect([theirs.has(1), theirs.has(2)]).toEqual([true, true])
})

it('tells of the largest share in frames within their bound', () => {
  const mine = mapOf([0, CHUNKS_MAX - 1])
  expect(mine.tell([0, CHUNKS_MAX - 1])).toHaveLength(2)
  const all = mine.tellAll()
  expect(all).toHaveLength(CHUNKS_MAX / HAVE_CHUNKS_MAX)
  for (const frame of all) expect(() => encodeFrame(frame)).not.toThrow()
})

it('forgets what is gone', () => {
  const map = mapOf([3])
  expect([map.delete(3), map.delete(3), map.has(3), map.size]).toEqual([true, false, false, 0])
})
