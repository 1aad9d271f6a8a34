import { describe, expect, it } from 'vitest'
import { Standstill } from '../../../client/worker/standstill.ts'

/** On one seed, and on as many as it takes. */
function frontierOf(onceBytes: number, policyBytes: number) {
  return { totalBytes: 100, sealedBytes: 100, onceBytes, policyBytes }
}

describe('an upload', () => {
  it('that moves is said nothing of, however slowly', () => {
    const still = new Standstill(0)
    for (let seconds = 0; seconds < 100; seconds += 19)
      expect(still.take(frontierOf(seconds, 0), seconds * 1000)).toBeUndefined()
    expect(still.take(frontierOf(95, 10), 110_000)).toBeUndefined()
    expect(still.take(frontierOf(95, 20), 129_000)).toBeUndefined()
  })

  it('that stands still for twenty seconds is said to, until it moves', () => {
    const still = new Standstill(0)
    still.take(frontierOf(10, 0), 1000)
    expect(still.take(frontierOf(10, 0), 20_999)).toBeUndefined()
    expect(still.take(frontierOf(10, 0), 21_000)).toContain('Nothing has arrived at a seed')
    expect(still.take(frontierOf(11, 0), 22_000)).toBeUndefined()
  })

  it('that was paused, or waited for a reason that was said, has not stood still meanwhile', () => {
    const still = new Standstill(0)
    still.take(frontierOf(10, 0), 1000)
    still.excuse(60_000)
    expect(still.take(frontierOf(10, 0), 79_000)).toBeUndefined()
  })
})
