import type { JobType } from './custody-job.ts'
import type { CustodyView } from './custody-view.ts'
import type { JobQueue } from './job-queue.ts'
import { isSettled } from './seed-report.ts'
import type { ShareCustody } from './share-custody.ts'
import { lacksContent } from './share-facts.ts'

/** For the operator: how many shares are in which state, and nothing that names one. */
export type CustodySummary = Readonly<{
  shares: number
  deleted: number
  /** Something that their checkpoint names is missing here. */
  lacking: number
  /** Not for this seed to keep, any more or yet. */
  outside: number
  /** Of those, how many all their custodians say they hold. */
  outsideSafe: number
  waiting: Readonly<Record<JobType, number>>
  otherSeeds: number
  silentSeeds: number
  /** Custodians that failed audits, counted once a share. */
  distrusted: number
  /** How far the other seeds' clocks are ahead at most, in either direction, in milliseconds. */
  skewMs: number
}>

export function summarizeCustody(
  shares: Iterable<ShareCustody>,
  view: CustodyView,
  queues: Readonly<Record<JobType, JobQueue>>,
): CustodySummary {
  const { presence, nowMs } = view
  const counts = { shares: 0, deleted: 0, lacking: 0, outside: 0, outsideSafe: 0, distrusted: 0 }
  for (const share of shares) {
    const isOutside = share.outsideSinceMs !== undefined && share.facts.state !== 'deleted'
    counts.shares += 1
    counts.deleted += share.facts.state === 'deleted' ? 1 : 0
    counts.lacking += lacksContent(share.facts) ? 1 : 0
    counts.outside += isOutside ? 1 : 0
    counts.outsideSafe += isOutside && isSafe(share, view) ? 1 : 0
    counts.distrusted += share.distrusted(nowMs).size
  }
  const waiting = {
    look: queues.look.waitingCount,
    take: queues.take.waitingCount,
    tell: queues.tell.waitingCount,
    fill: queues.fill.waitingCount,
    audit: queues.audit.waitingCount,
  }
  const skewMs = presence.skewsMs.reduce(
    (most, ms) => (Math.abs(ms) > Math.abs(most) ? ms : most),
    0,
  )
  const seeds = { otherSeeds: presence.count, silentSeeds: presence.silentCount }
  return { ...counts, ...seeds, waiting, skewMs }
}

/** By the custodians' own word, which is enough to show and not enough to let go. */
function isSafe(share: ShareCustody, { neighbours }: CustodyView): boolean {
  const { policy } = share.facts
  const { custodians } = neighbours.ranksOf(share.id, policy)
  return (
    custodians.length === policy.replicas &&
    custodians.every(({ id }) => {
      const report = share.reports.get(id)
      return report !== undefined && isSettled(report, share.facts)
    })
  )
}
