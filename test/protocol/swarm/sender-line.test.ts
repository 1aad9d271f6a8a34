import { expect, it } from 'vitest'
import { mayGive } from '../../../protocol/swarm/sender-line.ts'

const view = { storedShare: 0.5, givenShare: 0, isStalled: false }

it('leaves a sender its line while seeds take the upload, but for a little', () => {
  expect(mayGive({ ...view, storedShare: 0 })).toBe(false)
  expect(mayGive(view)).toBe(true)
  expect(mayGive({ ...view, givenShare: 0.02 })).toBe(false)
})

it('lets a sender give all it can once seeds have it all, or take nothing', () => {
  expect(mayGive({ ...view, storedShare: 1, givenShare: 5 })).toBe(true)
  expect(mayGive({ storedShare: 0, givenShare: 5, isStalled: true })).toBe(true)
})
