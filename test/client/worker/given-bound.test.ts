import { describe, expect, it } from 'vitest'
import { boundOf } from '../../../client/worker/given-bound.ts'

const GB = 1_000_000_000
const day = { bytesMax: 10 * GB, loggedBytes: 0, unloggedBytes: 0, dayBytes: 0 }

describe('how much a page may give', () => {
  it('is what the person allows, less what other pages gave', () => {
    expect(boundOf(day)).toBe(10 * GB)
    expect(boundOf({ ...day, loggedBytes: 4 * GB })).toBe(6 * GB)
    expect(boundOf({ ...day, bytesMax: undefined, loggedBytes: 4 * GB })).toBeUndefined()
  })

  it('counts once what it gave itself, in the log or not yet', () => {
    expect(boundOf({ ...day, dayBytes: 3 * GB, unloggedBytes: 3 * GB })).toBe(10 * GB)
    expect(boundOf({ ...day, dayBytes: 3 * GB, loggedBytes: 3 * GB })).toBe(10 * GB)
    expect(boundOf({ ...day, dayBytes: 3 * GB, loggedBytes: 7 * GB })).toBe(6 * GB)
  })

  it('leaves nothing where others used it up on a new day, however much it gave on the days before', () => {
    const newDay = { ...day, loggedBytes: 10 * GB, dayBytes: 8 * GB }
    expect(boundOf(newDay)).toBe(newDay.dayBytes)
  })

  it('leaves nothing where its own day ends before that of the log', () => {
    expect(boundOf({ ...day, loggedBytes: 10 * GB })).toBe(0)
  })

  it('leaves all of it once the day of the log is over', () => {
    expect(boundOf({ ...day, dayBytes: 10 * GB })).toBe(20 * GB)
  })
})
