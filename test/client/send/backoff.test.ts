import { expect, it } from 'vitest'
import { backoffMs } from '../../../client/engine/send/backoff.ts'
import { Bell } from '../../../client/engine/send/bell.ts'

it('doubles, is capped, and is spread over half of itself', () => {
  expect([1, 2, 3, 4].map((tries) => backoffMs(tries, 1))).toEqual([250, 500, 1000, 2000])
  expect(backoffMs(1000, 1)).toBe(10_000)
  expect(backoffMs(1000, 0)).toBe(5000)
})

it('lets a ring pass that came before anybody waited, once', async () => {
  const bell = new Bell()
  const { signal } = new AbortController()
  bell.ring()
  bell.ring()
  await bell.wait(signal)
  const late = await Promise.race([bell.wait(signal).then(() => 'rang'), Promise.resolve('quiet')])
  expect(late).toBe('quiet')
})

it('ends a wait when it is stopped', async () => {
  const bell = new Bell()
  const stop = new AbortController()
  const wait = bell.wait(stop.signal)
  stop.abort(new Error('enough'))
  await expect(wait).rejects.toThrow('enough')
  await expect(bell.wait(stop.signal)).rejects.toThrow('enough')
})
