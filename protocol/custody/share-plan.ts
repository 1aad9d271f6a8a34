import { SHARE_SEEDS_ASKED_MAX } from '../limits.ts'
import type { SeedId } from '../seed-id.ts'
import { planAudit } from './audit-plan.ts'
import { circleOf, type Circle } from './circle.ts'
import type { CustodyView } from './custody-view.ts'
import { planLettingGo } from './letting-go.ts'
import { PlanDraft, type SharePlan } from './plan-draft.ts'
import { isBehind } from './seed-report.ts'
import type { ShareCustody } from './share-custody.ts'
import { isLive, lacksContent } from './share-facts.ts'

/** What to do about a share now, and when to look again. Reads as the list of all that custody does. */
export function planShare(share: ShareCustody, view: CustodyView): SharePlan {
  const draft = new PlanDraft(share, view)
  const circle = circleOf(share, view)
  draft.at(circle.standInDueMs)
  const isSurveyed = planSurvey(draft, circle)
  if (share.facts.state === 'deleted') {
    planTombstone(draft, circle)
    return draft.finish()
  }
  planTake(draft)
  planFill(draft, circle, isSurveyed)
  planLooks(draft, circle)
  if (isSurveyed) planTelling(draft, circle)
  planAudit(draft, circle)
  if (isSurveyed) planLettingGo(draft)
  return draft.finish()
}

/** Asks who may know more before anything is handed on: the share may have grown, or be deleted. */
function planSurvey(draft: PlanDraft, { members }: Circle): boolean {
  const { share, view } = draft
  const unasked = members.filter((id) => {
    const askedMs = share.reports.get(id)?.atMs ?? -Infinity
    return view.presence.isPresent(id) && askedMs < share.askFromMs
  })
  for (const seedId of unasked) draft.want({ type: 'look', shareId: share.id, seedId })
  return unasked.length === 0
}

/** A deletion goes on to whoever is to keep the share, and to whoever still holds it. */
function planTombstone(draft: PlanDraft, circle: Circle): void {
  const { share, view } = draft
  const { keepers, members } = circle
  for (const seedId of new Set([...members, ...share.reports.keys()])) {
    const report = share.reports.get(seedId)
    if (report === undefined || !isBehind(report)) continue
    const isKept = report.type !== 'missing' || keepers.some(({ id }) => id === seedId)
    if (isKept && view.neighbours.isCurrent(view.nowMs)) {
      draft.want({ type: 'tell', shareId: share.id, seedId, knownCount: 0 })
    }
  }
  planLooks(draft, circle)
}

/** Gets a newer checkpoint from the seeds that have the newest. */
function planTake(draft: PlanDraft): void {
  const { share, view } = draft
  const { nowMs } = view
  const newer = [...share.reports].flatMap(([seedId, report]) => {
    if (report.type !== 'holds' && report.type !== 'expired') return []
    if (report.seq <= share.facts.seq || share.isAvoided(seedId, nowMs)) return []
    return [{ seedId, seq: report.seq }]
  })
  for (const { seedId } of newer.toSorted((a, b) => b.seq - a.seq)) {
    if (draft.want({ type: 'take', shareId: share.id, seedId })) return
  }
}

/** Pulls what is missing here from whoever has it, custodians first. */
function planFill(draft: PlanDraft, circle: Circle, isSurveyed: boolean): void {
  const { share, view } = draft
  if (!draft.isServed || !lacksContent(share.facts)) return
  const isUploaded = isLive(share.facts, view.timing.liveMs, view.nowMs)
  // Somebody waits for an upload, and a deletion that turns up ends the pulling.
  if (!isSurveyed && !isUploaded) return
  const sources = sourcesOf(draft, circle, isUploaded)
  if (sources.length > 0) {
    draft.want({ type: 'fill', shareId: share.id, sources })
  } else if (isSurveyed) widen(draft)
}

function sourcesOf(draft: PlanDraft, { keepers, members }: Circle, isUploaded: boolean): SeedId[] {
  const { share, view } = draft
  const ordered = new Set([...keepers.map(({ id }) => id), ...members, ...share.reports.keys()])
  const known = [...ordered].filter((id) => {
    if (!view.presence.isPresent(id) || share.isAvoided(id, view.nowMs)) return false
    const report = share.reports.get(id)
    if (report?.type === 'holds' && report.heldCount > 0) return true
    // It gets its own half of the upload at this moment.
    return isUploaded && keepers.some((keeper) => keeper.id === id)
  })
  return known.filter((id) => id !== view.neighbours.self)
}

/** Nobody near has anything: a copy may lie with seeds that kept the share under another directory. */
function widen(draft: PlanDraft): void {
  const { share, view } = draft
  if (share.jobs.has('fill')) return
  const isWidest = 2 * share.facts.policy.replicas * share.width >= SHARE_SEEDS_ASKED_MAX
  if (isWidest) return
  share.width *= 2
  draft.at(view.nowMs)
}

/** Looks at the custodians' copies now and then, and at their stand-ins'; seldom where nothing changes. */
function planLooks(draft: PlanDraft, { keepers, custodians }: Circle): void {
  const { share, view } = draft
  if (share.facts.state !== 'deleted' && !draft.isServed) return
  for (const { id } of new Set([...keepers, ...custodians])) {
    if (id === view.neighbours.self) continue
    const nextMs = share.reports.get(id)?.nextMs ?? view.nowMs
    if (nextMs > view.nowMs) draft.at(nextMs)
    else draft.want({ type: 'look', shareId: share.id, seedId: id })
  }
}

/** Hands the share, or the newer checkpoint, to the custodians that lack it; they pull the rest themselves. */
function planTelling(draft: PlanDraft, { keepers }: Circle): void {
  const { share, view } = draft
  const { facts } = share
  if (!draft.isServed || !facts.isVerified || !view.neighbours.isCurrent(view.nowMs)) return
  const graceMs = share.sinceMs + view.timing.liveCheckMs / 2
  const isUploaded = isLive(facts, view.timing.liveMs, view.nowMs)
  for (const { id } of keepers) {
    const report = share.reports.get(id)
    if (report === undefined || !isBehind(report)) continue
    // The sender tells both seeds at the same moment: only who still lacks the share a second later is told.
    if (isUploaded && report.atMs < graceMs) askAgain(draft, id, graceMs)
    else {
      const knownCount = report.type === 'holds' ? report.chunkCount : 0
      draft.want({ type: 'tell', shareId: share.id, seedId: id, knownCount })
    }
  }
}

function askAgain(draft: PlanDraft, seedId: SeedId, fromMs: number): void {
  if (draft.view.nowMs < fromMs) draft.at(fromMs)
  else draft.want({ type: 'look', shareId: draft.share.id, seedId })
}
