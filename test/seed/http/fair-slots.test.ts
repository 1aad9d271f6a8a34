import { expect, it } from 'vitest'
import { FairSlots } from '../../../seed/http/fair-slots.ts'
import { UploadQuota } from '../../../seed/http/upload-quota.ts'
import { faultOf } from '../../protocol/owner.ts'

it('gives no address more than its part, and all of them no more than there is', async () => {
  const slots = new FairSlots(3, 2)
  const held = [slots.take('a'), slots.take('a')]
  expect(await faultOf(() => slots.take('a'))).toBe('TOO_MANY_REQUESTS')
  held.push(slots.take('b'))
  expect(await faultOf(() => slots.take('c'))).toBe('TOO_MANY_REQUESTS')
  held[0]?.[Symbol.dispose]()
  held[0]?.[Symbol.dispose]()
  expect(slots.taken).toBe(2)
  slots.take('c')
  expect(await faultOf(() => slots.take('a'))).toBe('TOO_MANY_REQUESTS')
})

it('gives a place back however the work in it ends', async () => {
  const slots = new FairSlots(1, 1)
  const failing = slots.within('a', () => Promise.reject(new Error('failed')))
  await expect(failing).rejects.toThrow('failed')
  expect(slots.taken).toBe(0)
})

it('counts what an address uploads, day by day, each for itself', async () => {
  let nowMs = 0
  const quota = new UploadQuota(100, () => nowMs)
  quota.add('a', 60)
  expect(await faultOf(() => quota.add('a', 41))).toBe('TOO_MANY_REQUESTS')
  quota.add('a', 40)
  quota.add('b', 100)
  nowMs += 86_400_000
  quota.add('a', 100)
})
