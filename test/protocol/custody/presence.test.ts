import { describe, expect, it } from 'vitest'
import { custodyTiming } from '../../../protocol/custody/custody-timing.ts'
import { Presence } from '../../../protocol/custody/presence.ts'
import { createRandom } from '../../random.ts'
import { makeSeed } from '../placement-network.ts'

const [a, b] = [makeSeed(1).id, makeSeed(2).id]
const here = { instance: 'first', skewMs: 0 }

function presence(): Presence {
  const created = new Presence(custodyTiming, createRandom(1))
  created.update(new Set([a, b]), 0)
  return created
}

describe('the presence of a seed', () => {
  it('is asked for at once, and again by lot about every period', () => {
    const others = presence()
    expect(new Set([others.take(0), others.take(0), others.take(0)])).toEqual(
      new Set([a, b, undefined]),
    )
    others.answered(a, here, 0)
    expect(others.take(custodyTiming.probeMs * 0.74)).toBe(undefined)
    expect(others.take(custodyTiming.probeMs * 1.26)).toBe(a)
  })

  it('is taken for granted until it does not answer', () => {
    const others = presence()
    expect(others.isPresent(a)).toBe(true)
    expect(others.missed(a, 100)).toBe(true)
    expect(others.missed(a, 5000)).toBe(false)
    expect([others.isPresent(a), others.silentSinceMs(a)]).toEqual([false, 100])
  })

  it('tells who was away, and who started anew in between', () => {
    const others = presence()
    expect(others.answered(a, here, 0)).toBe(false)
    expect(others.answered(a, here, 5000)).toBe(false)
    expect(others.answered(a, { ...here, instance: 'second' }, 10_000)).toBe(true)
    others.missed(b, 0)
    expect(others.answered(b, here, 60_000)).toBe(true)
  })

  it('is asked for at once where something else failed there', () => {
    const others = presence()
    others.take(0)
    others.take(0)
    others.answered(a, here, 0)
    others.doubt(a, 1000)
    expect(others.take(1000)).toBe(a)
    // Asked already.
    others.doubt(b, 1000)
    expect(others.take(1000)).toBe(undefined)
  })

  it('is nothing that a seed has which is not listed', () => {
    const others = presence()
    others.update(new Set([b]), 0)
    expect(others.isPresent(a)).toBe(false)
    expect(others.silentSinceMs(a)).toBe(-Infinity)
  })

  it('is asked for more seldom in a large network', () => {
    const others = new Presence(custodyTiming, createRandom(1))
    const ids = Array.from({ length: 1000 }, (_, i) => makeSeed(i).id)
    others.update(new Set(ids), 0)
    for (const id of ids) others.answered(id, here, 0)
    expect(others.deadlineMs).toBeGreaterThanOrEqual(7500)
  })
})
