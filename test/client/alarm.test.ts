import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Alarm } from '../../client/engine/alarm.ts'

describe('an alarm', () => {
  let rung: number[] = []
  let alarm = new Alarm(() => undefined, Date.now)

  beforeEach(() => {
    vi.useFakeTimers({ now: 0 })
    rung = []
    alarm = new Alarm(() => rung.push(Date.now()), Date.now)
  })
  afterEach(() => vi.useRealTimers())

  it('rings at its deadline, and once', () => {
    alarm.set(500)
    vi.advanceTimersByTime(10_000)
    expect(rung).toEqual([500])
  })

  it('rings at the last one of many, whether each was later or sooner', () => {
    for (const dueMs of [500, 700, 900]) alarm.set(dueMs)
    vi.advanceTimersByTime(600)
    alarm.set(2000)
    vi.advanceTimersByTime(1000)
    expect(rung).toEqual([])
    alarm.set(1700)
    vi.advanceTimersByTime(10_000)
    expect(rung).toEqual([1700])
  })

  it('rings at once for a deadline that is past', () => {
    vi.advanceTimersByTime(100)
    alarm.set(50)
    vi.advanceTimersByTime(0)
    expect(rung).toEqual([100])
  })

  it('has one timer, which later deadlines leave alone', () => {
    const set = vi.spyOn(globalThis, 'setTimeout')
    for (let dueMs = 1000; dueMs < 2000; dueMs += 1) alarm.set(dueMs)
    const count = set.mock.calls.length
    set.mockRestore()
    expect(count).toBe(1)
    expect(vi.getTimerCount()).toBe(1)
  })

  it.each([
    ['stopped', (): void => alarm.stop()],
    ['without one', (): void => alarm.set(undefined)],
  ])('does not ring once it is %s', (_, end) => {
    alarm.set(500)
    end()
    vi.advanceTimersByTime(10_000)
    expect([rung, vi.getTimerCount()]).toEqual([[], 0])
  })
})
