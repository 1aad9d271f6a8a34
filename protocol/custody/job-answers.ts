import { AUDIT_CHUNKS } from '../limits.ts'
import type { SeedId } from '../seed-id.ts'
import type { JobAnswer } from './custody-event.ts'
import { keyOf, type CustodyJob } from './custody-job.ts'
import type { CustodyView } from './custody-view.ts'
import {
  isBehind,
  isQuiet,
  isSame,
  isSettled,
  type DatedReport,
  type SeedReport,
} from './seed-report.ts'
import type { ShareCustody } from './share-custody.ts'
import { isLive, lacksContent } from './share-facts.ts'

export type AnsweredJob = Readonly<{
  job: CustodyJob
  answer: JobAnswer
  /** The seq that the other seed should have had when the job began. */
  expectedSeq: number
}>

// One failed audit may be a rotten sector, which the seed then notices, too. Two are a seed that does not keep what it says.
const AUDITS_FAILED_MAX = 2
// Who has a tombstone keeps it, and who comes back asks of itself.
const TOMBSTONE_LOOKS_MAX = 3
// How much more often a seed is looked at that does not say when it started anew.
const UNWATCHED_CHECKS = 4

/** Writes down what came of a job. What follows from it is for the next plan to say. */
export function takeAnswer(share: ShareCustody, answered: AnsweredJob, view: CustodyView): void {
  const { job, answer, expectedSeq } = answered
  notePace(share, job, answer, view)
  if (job.type === 'fill') {
    if (answer.type === 'filled') for (const liar of answer.liars) noteLiar(share, liar, view)
    return
  }
  const { seedId } = job
  const { nowMs, timing } = view
  switch (answer.type) {
    case 'reported':
      return noteReport(share, { seedId, report: answer.report, expectedSeq }, view)
    case 'done':
      return noteDone(share, { job, seedId, expectedSeq }, view)
    case 'audited':
      return noteAudit(share, seedId, answer, view)
    case 'refused':
      share.troubles.refusedUntilMs.set(seedId, nowMs + timing.refusalMs)
      return undefined
    case 'forged':
      share.troubles.avoidedUntilMs.set(seedId, nowMs + timing.distrustMs)
      return undefined
    case 'failed':
    case 'silent':
      // Whoever does not answer sensibly must not hold up the survey for good.
      if (job.type !== 'look') return undefined
      return noteReport(share, { seedId, report: { type: 'unclear' }, expectedSeq }, view)
    case 'filled':
      return undefined
  }
}

/** What failed waits longer each time. An upload does not: somebody waits for it. */
function notePace(
  share: ShareCustody,
  job: CustodyJob,
  answer: JobAnswer,
  view: CustodyView,
): void {
  const isUploaded = isLive(share.facts, view.timing.liveMs, view.nowMs)
  // What was filled and yet lacks something: an upload has grown meanwhile, and anything else is a mistake.
  const isVain = job.type === 'fill' && !isUploaded && lacksContent(share.facts)
  if (isVain || isFailure(answer, job, share)) postpone(share, keyOf(job), view)
  else if (job.type !== 'tell') share.succeed(keyOf(job))
}

function postpone(share: ShareCustody, key: string, { timing, nowMs }: CustodyView): void {
  const isUploaded = isLive(share.facts, timing.liveMs, nowMs)
  const toMs = isUploaded ? timing.retryMs : timing.retryMaxMs
  share.postpone(key, { fromMs: timing.retryMs, toMs }, nowMs)
}

function isFailure(answer: JobAnswer, job: CustodyJob, { facts }: ShareCustody): boolean {
  switch (answer.type) {
    case 'failed':
    case 'silent':
    case 'refused':
    case 'forged':
      return true
    case 'filled':
      return !answer.isWhole
    case 'audited': {
      const chunkCount = job.type === 'audit' ? job.chunks.length : 0
      return answer.seq !== facts.seq || answer.goodCount < chunkCount
    }
    case 'reported':
    case 'done':
      return false
  }
}

type Reported = Readonly<{
  seedId: SeedId
  report: SeedReport
  expectedSeq: number
  isTold?: boolean
}>

function noteReport(share: ShareCustody, reported: Reported, view: CustodyView): void {
  const { seedId, report, expectedSeq, isTold = false } = reported
  const before = share.reports.get(seedId)
  const same = before !== undefined && isSame(before, report) ? before : undefined
  const steady = same === undefined ? 0 : same.steady + 1
  const pauseMs = lookPauseMs(share, { seedId, report, steady }, view)
  const nextMs = view.nowMs + pauseMs * (0.75 + view.random() / 2)
  const times = { atMs: view.nowMs, nextMs, sinceMs: same?.sinceMs ?? view.nowMs }
  const dated: DatedReport = { ...report, ...times, steady, expectedSeq, isTold }
  share.reports.set(seedId, dated)
  // Only a look shows whether telling helped.
  if (isTold) return
  if (!isBehind(dated)) share.succeed(`tell ${seedId}`)
  else if (before?.isTold === true) postpone(share, `tell ${seedId}`, view)
}

/** Seldom where all is well, often where somebody waits. */
function lookPauseMs(
  { facts }: ShareCustody,
  { seedId, report, steady }: { seedId: SeedId; report: SeedReport; steady: number },
  { timing, nowMs, presence }: CustodyView,
): number {
  const isUploaded = isLive(facts, timing.liveMs, nowMs)
  if (isUploaded && !isSettled(report, facts)) return timing.liveCheckMs
  const isQuietNow = isQuiet(report, facts)
  if (facts.state === 'deleted' && isQuietNow && steady >= TOMBSTONE_LOOKS_MAX) return Infinity
  const toMs = isQuietNow ? timing.checkMaxMs : Math.min(timing.retryMaxMs, timing.checkMaxMs)
  const boundMs = presence.isWatched(seedId)
    ? toMs
    : Math.min(toMs, UNWATCHED_CHECKS * timing.checkMs)
  return Math.min(timing.checkMs * 2 ** steady, boundMs)
}

type Done = Readonly<{ job: CustodyJob; seedId: SeedId; expectedSeq: number }>

function noteDone(
  share: ShareCustody,
  { job, seedId, expectedSeq }: Done,
  view: CustodyView,
): void {
  if (job.type !== 'tell') return
  const { state, chunkCount } = share.facts
  const report: SeedReport =
    state === 'deleted'
      ? { type: 'deleted', seq: share.facts.seq }
      : { type: 'holds', seq: expectedSeq, chunkCount, heldCount: 0 }
  noteReport(share, { seedId, report, expectedSeq, isTold: true }, view)
}

function noteAudit(
  share: ShareCustody,
  seedId: SeedId,
  { seq, goodCount, badCount }: Extract<JobAnswer, { type: 'audited' }>,
  view: CustodyView,
): void {
  const { nowMs, timing } = view
  if (badCount > 0) {
    const failed = share.failedAuditsOf(seedId) + 1
    share.troubles.failedAudits.set(seedId, failed)
    share.troubles.proofs.delete(seedId)
    if (failed >= AUDITS_FAILED_MAX) {
      share.troubles.distrustedUntilMs.set(seedId, nowMs + timing.distrustMs)
    }
    // Soon again, and more of it: by then an honest seed has repaired itself.
    share.auditDueMs = nowMs + timing.checkMs
    return
  }
  const isEnough = goodCount >= Math.min(share.facts.chunkCount, AUDIT_CHUNKS)
  if (seq === undefined) return lookSoon(share, seedId, nowMs)
  if (!isEnough) return
  if (share.failedAuditsOf(seedId) > 0) share.troubles.failedAudits.delete(seedId)
  share.troubles.proofs.set(seedId, { seq, atMs: nowMs })
}

/** No receipt, and yet nothing wrong: it lacks something, and says what if it is asked. */
function lookSoon(share: ShareCustody, seedId: SeedId, nowMs: number): void {
  const report = share.reports.get(seedId)
  if (report !== undefined) share.reports.set(seedId, { ...report, nextMs: nowMs, steady: 0 })
}

/** Others are asked first for a while, and once all is here its copy is audited. */
function noteLiar(share: ShareCustody, seedId: SeedId, { nowMs, timing }: CustodyView): void {
  share.troubles.avoidedUntilMs.set(seedId, nowMs + timing.refusalMs)
  share.troubles.failedAudits.set(seedId, Math.max(1, share.failedAuditsOf(seedId)))
  share.auditDueMs = Math.min(share.auditDueMs, nowMs + timing.checkMs)
}
