import { expect, it } from 'vitest'
import { paceText, type PaceFacts } from '../../../client/worker/pace-words.ts'

const none = { bytes: 0, bytesPerSecond: 0, activeCount: 0 }
const one = { bytes: 1e6, bytesPerSecond: 2e6, activeCount: 1 }
const facts: PaceFacts = { seeds: one, peers: none, isSavingSlow: false, awaitsSender: false }

it('says what brings it how fast, who is slower than that, and nothing while nothing comes', () => {
  expect(paceText(facts)).toBe('As fast as it comes: 2.00 MB/s from 1 seed.')
  const both = paceText({ ...facts, peers: { ...one, activeCount: 3 } })
  expect(both).toBe('As fast as it comes: 2.00 MB/s from 3 others, 2.00 MB/s from 1 seed.')
  expect(paceText({ ...facts, awaitsSender: true })).toBe('As fast as the sender uploads it.')
  expect(paceText({ ...facts, isSavingSlow: true, awaitsSender: true })).toContain('this device')
  expect(paceText({ ...facts, seeds: none })).toBeUndefined()
})
