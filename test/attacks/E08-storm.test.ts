import { describe, expect, it } from 'vitest'
import { CUSTODY_LOOKS, CUSTODY_TELLS } from '../../protocol/limits.ts'
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

describe('E08: a seed that lost everything', () => {
  it('E08: is told of 600 shares at a bounded rate, and of all in the end', () => {
    const rig = strickenRig()
    rig.run(60 * SECOND_MS)
    const told = times(rig, 'tell')
    expect(new Set(rig.jobs('tell').map(({ shareId }) => shareId)).size).toBeGreaterThan(SHARES / 2)
    expect(mostPerSecond(told)).toBeLessThanOrEqual(CUSTODY_TELLS.perSecond + CUSTODY_TELLS.burst)
    // In the long run the burst does not count.
    const later = told.filter((ms) => ms >= (told[0] ?? 0) + 5000 && ms < (told[0] ?? 0) + 10_000)
    expect(later.length).toBeLessThanOrEqual(CUSTODY_TELLS.perSecond * 5 + 1)
    expect(mostPerSecond(times(rig, 'look'))).toBeLessThanOrEqual(
      CUSTODY_LOOKS.perSecond + CUSTODY_LOOKS.burst,
    )
    expect(rig.machine.summarize(rig.nowMs).waiting.tell).toBe(0)
  })

  it('E08: is not told by two seeds of the same shares in the same order', () => {
    const orders = [1, 2].map((random) => {
      const rig = strickenRig(random)
      rig.run(5 * SECOND_MS)
      return rig.jobs('tell').map(({ shareId }) => shareId)
    })
    expect(orders[0]?.slice(0, 20)).not.toEqual(orders[1]?.slice(0, 20))
  })

  it('E08: does not hold up an upload that comes in the middle of the repair', () => {
    const rig = strickenRig()
    rig.run(5 * SECOND_MS)
    const id = rig.share(true, SHARES)
    rig.put(id, { state: 'open', heldCount: 3, changedAtMs: rig.nowMs, issuedAtMs: rig.nowMs })
    expect(rig.machine.summarize(rig.nowMs).waiting.look + rig.jobs('tell').length).toBeGreaterThan(
      40,
    )
    expect(rig.jobs('fill')).toEqual([{ type: 'fill', shareId: id, sources: rig.others(id) }])
  })
})
