import { describe, expect, it } from 'vitest'
import type { CustodyJob } from '../../protocol/custody/custody-job.ts'
import { makeShareId } from '../protocol/placement-network.ts'
import {
  CustodyRig,
  holds,
  isMissing,
  SECOND_MS,
  wholeAnswer,
} from '../protocol/custody/custody-rig.ts'

const SHARES = 600

/** Holds many shares that one other seed has just lost. */
function strickenRig(random = 1): CustodyRig {
  const rig = new CustodyRig({ seedCount: 3, random })
  const lost = rig.seeds[1]?.id
  rig.publish()
  for (let i = 0; i < SHARES; i += 1) rig.put(makeShareId(i))
  rig.run(60 * SECOND_MS)
  const told = new Set<string>()
  rig.hello = (seedId) => ({ instance: seedId === lost ? 'second' : 'first', skewMs: 0 })
  rig.answer = (job: CustodyJob) => {
    if (job.type === 'tell') told.add(job.shareId)
    if (job.type !== 'look' || job.seedId !== lost) return wholeAnswer(job)
    return told.has(job.shareId) ? holds(100) : isMissing
  }
  rig.done.length = 0
  return rig
}

function times(rig: CustodyRig, type: 'tell' | 'look'): number[] {
  return rig.done.flatMap(({ effect, atMs }) =>
    effect.type === 'job' && effect.job.type === type ? [atMs] : [],
  )
}

/** The most of them that fall into any one second. */
function mostPerSecond(atMs: readonly number[]): number {
  return Math.max(...atMs.map((from) => atMs.filter((ms) => ms >= from && ms < from + 1000).length))
}

describe('E08: a repair storm', () => {
  it('E08: a seed that lost everything is told of 600 shares at a bounded rate, and of all in the end', () => {
    const rig = strickenRig()
    rig.run(60 * SECOND_MS)
    const told = times(rig, 'tell')
    const [firstMs = 0] = told
    const stricken = new Set(rig.jobs('tell').map(({ shareId }) => shareId))
    expect(stricken.size).toBeGreaterThan(SHARES / 2)
    expect(mostPerSecond(told)).toBeLessThanOrEqual(60)
    // In the long run the burst does not count.
    const later = told.filter((ms) => ms >= firstMs + 5000 && ms < firstMs + 10_000)
    expect(later.length).toBeLessThanOrEqual(5 * 20 + 1)
    expect(rig.machine.summarize(rig.nowMs).waiting.tell).toBe(0)
  })

  it('E08: what concerns all shares at once is looked after over seconds, by lot', () => {
    const looks = [1, 2].map((random) => {
      const rig = strickenRig(random)
      rig.run(20 * SECOND_MS)
      return rig
        .jobs('look')
        .map(({ shareId }, i) => ({ shareId, atMs: times(rig, 'look')[i] ?? 0 }))
    })
    const order = looks.map((each) => each.slice(0, 20).map(({ shareId }) => shareId))
    expect(order[0]).not.toEqual(order[1])
    for (const each of looks) expect(mostPerSecond(each.map(({ atMs }) => atMs))).toBeLessThan(200)
  })

  it('E08: does not hold up an upload: its pulling starts while hundreds of repairs wait', () => {
    const rig = new CustodyRig({ seedCount: 3 })
    rig.isLost = (job) => job.type === 'fill'
    rig.publish()
    for (let i = 0; i < SHARES; i += 1) rig.put(makeShareId(i), { heldCount: 0 })
    rig.run(60 * SECOND_MS)
    expect(rig.machine.summarize(rig.nowMs).waiting.fill).toBeGreaterThan(SHARES / 2)
    const before = rig.jobs('fill').length
    const id = rig.share(true, SHARES)
    rig.put(id, { state: 'open', heldCount: 3, changedAtMs: rig.nowMs, issuedAtMs: rig.nowMs })
    expect(rig.jobs('fill').slice(before)).toEqual([
      { type: 'fill', shareId: id, sources: rig.others(id) },
    ])
  })
})
