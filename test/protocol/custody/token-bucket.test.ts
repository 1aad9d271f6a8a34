import { expect, it } from 'vitest'
import { TokenBucket } from '../../../protocol/custody/token-bucket.ts'

it('lets a burst through at once, and then so many a second', () => {
  const bucket = new TokenBucket({ perSecond: 4, burst: 3 })
  expect([1, 2, 3, 4].map(() => bucket.take(0))).toEqual([true, true, true, false])
  expect(bucket.readyMs(0)).toBe(250)
  expect(bucket.take(249)).toBe(false)
  expect(bucket.take(250)).toBe(true)
})

it('saves up no more than a burst', () => {
  const bucket = new TokenBucket({ perSecond: 4, burst: 2 })
  const taken = Array.from({ length: 5 }, () => bucket.take(1_000_000))
  expect(taken.filter(Boolean).length).toBe(2)
})

it('neither fills nor stops where the clock is set back', () => {
  const bucket = new TokenBucket({ perSecond: 1, burst: 1 })
  expect(bucket.take(10_000)).toBe(true)
  expect(bucket.take(5000)).toBe(false)
  expect(bucket.take(6000)).toBe(true)
})
