import { describe, expect, it } from 'vitest'
import { CustodyRig, DAY_MS, HOUR_MS, slowTiming } from '../protocol/custody/custody-rig.ts'
import { NOW_MS } from '../protocol/owner.ts'

/** A seed that has been outside custody of one share for some days. */
function outsideRig(): CustodyRig {
  const rig = new CustodyRig({ timing: slowTiming })
  rig.publish()
  rig.put(rig.share(false))
  return rig
}

describe('E09: attacks on the clock', () => {
  it('E09: lets go after seven days by a steady clock', () => {
    const rig = outsideRig()
    rig.run(6.9 * DAY_MS, HOUR_MS)
    expect(rig.effects('letGo')).toEqual([])
    rig.run(0.3 * DAY_MS, HOUR_MS)
    expect(rig.effects('letGo').length).toBe(1)
  })

  it.each([
    ['forward by eight days', 8 * DAY_MS],
    ['forward by a day', DAY_MS],
    ['back by a day', -DAY_MS],
    ['back by eight days', -8 * DAY_MS],
  ])('E09: a clock set %s hurries nothing', (_, jumpMs) => {
    const rig = outsideRig()
    rig.run(DAY_MS, HOUR_MS)
    rig.skewMs = jumpMs
    rig.run(5.9 * DAY_MS, HOUR_MS)
    expect(rig.effects('letGo')).toEqual([])
  })

  it('E09: a clock set forward and back again starts the seven days anew', () => {
    const rig = outsideRig()
    rig.run(6 * DAY_MS, HOUR_MS)
    rig.skewMs = 8 * DAY_MS
    rig.run(HOUR_MS, HOUR_MS)
    rig.skewMs = 0
    rig.run(6 * DAY_MS, HOUR_MS)
    expect(rig.effects('letGo')).toEqual([])
  })

  it('E09: directories from the past or the future are not fresh, whatever the clock here says', () => {
    for (const offMs of [-25 * HOUR_MS, 25 * HOUR_MS]) {
      const rig = outsideRig()
      for (let i = 0; i < 24 * 9; i += 1) {
        rig.publish({ issuedAtMs: rig.nowMs + offMs })
        rig.run(HOUR_MS)
      }
      expect(rig.effects('letGo')).toEqual([])
    }
  })

  it('E09: a seed keeps its place and its custody with a clock that is a day off', () => {
    for (const skewMs of [-0.99 * DAY_MS, 0.99 * DAY_MS]) {
      const rig = new CustodyRig()
      rig.skewMs = skewMs
      rig.publish()
      rig.put(rig.share(true))
      rig.run(HOUR_MS, HOUR_MS)
      expect(rig.machine.summarize(rig.nowMs)).toMatchObject({ shares: 1, outside: 0, lacking: 0 })
    }
  })

  it('E09: shows by how much the clocks of the others differ', () => {
    const rig = new CustodyRig()
    const [, far] = rig.seeds
    rig.hello = (seedId) => ({ instance: 'a', skewMs: seedId === far?.id ? -DAY_MS : 1000 })
    rig.publish()
    rig.run(10_000)
    expect(rig.machine.summarize(NOW_MS).skewMs).toBe(-DAY_MS)
  })
})
