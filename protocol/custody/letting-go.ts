import { AUDIT_CHUNKS } from '../limits.ts'
import { meetsPolicy } from '../placement.ts'
import type { Seed } from '../record/directory.ts'
import { auditOf } from './audit-plan.ts'
import type { PlanDraft } from './plan-draft.ts'
import { isSettled } from './seed-report.ts'

/**
 * The only step that can lose data. A seed lets a share go once it was outside custody for long enough, under
 * directories that were fresh all the time, and each custodian has just signed a receipt for the checkpoint held
 * here over a challenge of ours and shown random chunks that verify. Whatever is in doubt is a reason to keep.
 *
 * @see SPEC.md §9.5
 */
export function planLettingGo(draft: PlanDraft): void {
  const { share, view } = draft
  const { nowMs, timing, freshSinceMs } = view
  const keepers = keepersWithoutUs(draft)
  if (keepers === undefined || freshSinceMs === undefined) {
    share.outsideSinceMs = undefined
    return
  }
  share.outsideSinceMs ??= nowMs
  const { facts } = share
  if (facts.state !== 'sealed' || !facts.isVerified || !draft.isServed) return
  const dueMs = Math.max(share.outsideSinceMs, freshSinceMs) + timing.lettingGoMs
  if (nowMs < dueMs) return draft.at(dueMs)
  if (!meetsPolicy(facts.policy, keepers) || !keepers.every((seed) => isInOrder(draft, seed)))
    return
  const unproven = keepers.filter((seed) => !isProven(draft, seed))
  for (const { id } of unproven) draft.want(auditOf(draft, id, AUDIT_CHUNKS))
  draft.letsGo = unproven.length === 0
}

/**
 * Who is to keep the share; undefined if this seed is one of them. A silent custodian is not passed over here: it
 * may be back tomorrow, or gone for good. Nor is one that fails audits: that is our word only. One that refuses is,
 * because it refuses its stand-in, too, which then knows that it is one.
 */
function keepersWithoutUs({ share, view }: PlanDraft): readonly Seed[] | undefined {
  const { neighbours, nowMs } = view
  const { custodians } = neighbours.ranksOf(share.id, share.facts.policy)
  const skip = share.refusing(nowMs)
  const policy = share.facts.policy
  const keepers = skip.size === 0 ? custodians : neighbours.standInsOf(share.id, policy, skip)
  const isOurs = [...custodians, ...keepers].some(({ id }) => id === neighbours.self)
  return isOurs ? undefined : keepers
}

/** Cheap to ask, and spares the proof of those that say themselves that they lack something. */
function isInOrder({ share, view }: PlanDraft, { id }: Seed): boolean {
  const report = share.reports.get(id)
  return report !== undefined && isSettled(report, share.facts) && view.presence.isPresent(id)
}

function isProven({ share, view }: PlanDraft, { id }: Seed): boolean {
  const proof = share.proofOf(id)
  if (proof === undefined || proof.seq !== share.facts.seq) return false
  // A proof from the future is of a clock that was set back since.
  return proof.atMs <= view.nowMs && view.nowMs < proof.atMs + view.timing.proofMs
}
