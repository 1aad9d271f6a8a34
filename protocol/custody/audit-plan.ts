import type { Bytes } from '../bytes.ts'
import { AUDIT_CHUNKS } from '../limits.ts'
import { CHALLENGE_BYTES } from '../record/receipt.ts'
import type { SeedId } from '../seed-id.ts'
import type { Circle } from './circle.ts'
import type { CustodyJob } from './custody-job.ts'
import type { PlanDraft } from './plan-draft.ts'
import { isSettled } from './seed-report.ts'
import { isWhole } from './share-facts.ts'

/**
 * Now and then asks one custodian for a receipt and a random chunk, and more chunks of one that failed. So a seed
 * that lies about what it keeps, or whose disk rots, is found while there is a good copy to repair it from.
 */
export function planAudit(draft: PlanDraft, { keepers }: Circle): void {
  const { share, view } = draft
  if (!draft.isServed || !isWhole(share.facts)) return
  if (share.auditDueMs > view.nowMs) return draft.at(share.auditDueMs)
  const settled = keepers.filter(({ id }) => {
    const report = share.reports.get(id)
    return report !== undefined && isSettled(report, share.facts) && view.presence.isPresent(id)
  })
  const failing = settled.find(({ id }) => share.failedAuditsOf(id) > 0)
  const audited = failing ?? settled[Math.floor(view.random() * settled.length)]
  if (audited === undefined) return
  draft.want(auditOf(draft, audited.id, failing === undefined ? 1 : AUDIT_CHUNKS))
  share.auditDueMs = view.nowMs + view.timing.auditMs * (0.75 + view.random() / 2)
  draft.at(share.auditDueMs)
}

/** @param chunkCount - How many chunks to ask for, if the share has so many. */
export function auditOf(
  { share, view }: PlanDraft,
  seedId: SeedId,
  chunkCount: number,
): CustodyJob {
  return {
    type: 'audit',
    shareId: share.id,
    seedId,
    challenge: drawChallenge(view.random),
    chunks: drawChunks(share.facts.chunkCount, chunkCount, view.random),
  }
}

function drawChallenge(random: () => number): Bytes {
  return Uint8Array.from({ length: CHALLENGE_BYTES }, () => Math.floor(random() * 256))
}

/** `count` distinct chunks of `chunkCount`, in order; all of them if there are no more. */
function drawChunks(chunkCount: number, count: number, random: () => number): number[] {
  if (chunkCount <= count) return Array.from({ length: chunkCount }, (_, i) => i)
  const drawn = new Set<number>()
  while (drawn.size < count) drawn.add(Math.floor(random() * chunkCount))
  return [...drawn].toSorted((a, b) => a - b)
}
