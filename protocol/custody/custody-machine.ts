import { CUSTODY_AUDITS, CUSTODY_FILLS, CUSTODY_LOOKS, CUSTODY_TELLS } from '../limits.ts'
import type { SeedId } from '../seed-id.ts'
import type { ShareId } from '../share-id.ts'
import type { CustodyEffect, CustodyEvent, JobAnswer } from './custody-event.ts'
import { keyOf, type CustodyJob, type JobType } from './custody-job.ts'
import { summarizeCustody, type CustodySummary } from './custody-summary.ts'
import type { CustodyTiming } from './custody-timing.ts'
import type { CustodyView } from './custody-view.ts'
import { FreshTime } from './fresh-time.ts'
import { takeAnswer } from './job-answers.ts'
import { JobQueue } from './job-queue.ts'
import { Neighbours } from './neighbours.ts'
import { Presence, type Hello } from './presence.ts'
import { expectedSeqOf } from './seed-report.ts'
import type { ShareCustody } from './share-custody.ts'
import { planShare } from './share-plan.ts'
import { ShareTable } from './share-table.ts'

export type CustodyOptions = Readonly<{
  self: SeedId
  timing: CustodyTiming
  /** 0 to 1, from a cryptographic source: challenges and audited chunks are drawn from it. */
  random: () => number
  /** What an earlier run of this seed knew. */
  kept?: KeptCustody | undefined
}>

/** What outlives a restart: without it, a seed that restarts every week never lets anything go. */
export type KeptCustody = Readonly<{
  seenMs: number
  freshSinceMs: number | undefined
  outside: ReadonlyMap<ShareId, number>
}>

type RunningJob = Readonly<{ isUrgent: boolean; expectedSeq: number }>

// With more shares due at once than this, others get their turn in between.
const PLANS_PER_STEP_MAX = 100
const CLOCK_BACK_MS_MAX = 60_000

/**
 * Keeps the shares of one seed where they belong: first replication, repair, healing, joining, draining and leaving
 * are all this. It decides; the shell asks, pulls and stores.
 */
export class CustodyMachine {
  readonly #options: CustodyOptions
  readonly #neighbours: Neighbours
  readonly #presence: Presence
  readonly #shares: ShareTable
  readonly #fresh = new FreshTime()
  readonly #running = new Map<CustodyJob, RunningJob>()
  readonly #queues: Readonly<Record<JobType, JobQueue>> = {
    look: new JobQueue(CUSTODY_LOOKS),
    take: new JobQueue(CUSTODY_TELLS),
    tell: new JobQueue(CUSTODY_TELLS),
    fill: new JobQueue(CUSTODY_FILLS),
    audit: new JobQueue(CUSTODY_AUDITS),
  }
  #lastMs: number | undefined

  constructor(options: CustodyOptions) {
    const { self, timing, random, kept } = options
    this.#options = options
    this.#neighbours = new Neighbours(self)
    this.#presence = new Presence(timing, random)
    this.#shares = new ShareTable(timing, random)
    if (kept?.freshSinceMs !== undefined) this.#fresh.restore(kept.freshSinceMs, kept.seenMs)
  }

  /** When the next `tick` is due, or undefined while there is nothing to do. */
  deadlineMs(nowMs: number): number | undefined {
    const times = [
      this.#presence.deadlineMs,
      this.#shares.nextDueMs(this.#hasRoom()),
      ...Object.values(this.#queues).map((queue) => queue.readyMs(nowMs)),
    ].filter((ms) => ms !== undefined)
    return times.length === 0 ? undefined : Math.min(...times)
  }

  /** Takes one event and returns what the caller must now do, in order. */
  step(event: CustodyEvent, nowMs: number): CustodyEffect[] {
    this.#noticeTime(nowMs)
    const effects: CustodyEffect[] = []
    switch (event.type) {
      case 'directory':
        if (this.#neighbours.update(event.directory)) this.#shares.sweep(nowMs)
        this.#presence.update(this.#neighbours.others, nowMs)
        this.#seeFreshness(nowMs)
        break
      case 'share':
        this.#putShare(event, nowMs)
        break
      case 'removed':
        this.#shares.delete(event.shareId)
        break
      case 'answered':
        effects.push(...this.#takeAnswer(event, nowMs))
        break
      case 'probed':
        this.#takeProbe(event.seedId, event.hello, nowMs)
        break
      case 'tick':
        break
    }
    effects.push(...this.#pump(nowMs))
    return effects
  }

  /** What a later run of this seed is to know. */
  keep(nowMs: number): KeptCustody {
    const outside = new Map<ShareId, number>()
    for (const { id, outsideSinceMs } of this.#shares.values()) {
      if (outsideSinceMs !== undefined) outside.set(id, outsideSinceMs)
    }
    return { seenMs: nowMs, freshSinceMs: this.#fresh.sinceMs, outside }
  }

  summarize(nowMs: number): CustodySummary {
    return summarizeCustody(this.#shares.values(), this.#view(nowMs), this.#queues)
  }

  #putShare({ shareId, facts }: Extract<CustodyEvent, { type: 'share' }>, nowMs: number): void {
    const isNew = this.#shares.get(shareId) === undefined
    const share = this.#shares.put(shareId, facts, nowMs)
    if (isNew) share.outsideSinceMs = this.#options.kept?.outside.get(shareId)
  }

  /** An answer to what was not asked, or was answered before, changes nothing. */
  #takeAnswer(
    { job, answer }: { job: CustodyJob; answer: JobAnswer },
    nowMs: number,
  ): CustodyEffect[] {
    const running = this.#running.get(job)
    if (running === undefined) return []
    this.#running.delete(job)
    this.#queues[job.type].finish({ job, isUrgent: running.isUrgent })
    if (job.type !== 'fill' && answer.type === 'silent') this.#presence.doubt(job.seedId, nowMs)
    const share = this.#shares.get(job.shareId)
    if (share === undefined) return []
    share.jobs.delete(keyOf(job))
    takeAnswer(share, { job, answer, expectedSeq: running.expectedSeq }, this.#view(nowMs))
    this.#shares.plan(share, nowMs, nowMs)
    if (answer.type !== 'reported' || answer.deletion === undefined) return []
    if (share.facts.state === 'deleted') return []
    return [{ type: 'accept', shareId: share.id, deletion: answer.deletion }]
  }

  #takeProbe(seedId: SeedId, hello: Hello | undefined, nowMs: number): void {
    if (hello === undefined) {
      if (this.#presence.missed(seedId, nowMs)) this.#shares.sweep(nowMs)
    } else if (this.#presence.answered(seedId, hello, nowMs)) {
      this.#shares.forgetReports(seedId, nowMs)
    }
  }

  #noticeTime(nowMs: number): void {
    const passedMs = nowMs - (this.#lastMs ?? nowMs)
    this.#lastMs = nowMs
    if (passedMs < -CLOCK_BACK_MS_MAX) {
      this.#presence.restart(nowMs)
      this.#shares.restart(nowMs)
    } else if (passedMs >= this.#options.timing.awayMs) this.#shares.askAll(nowMs)
    this.#seeFreshness(nowMs)
  }

  #seeFreshness(nowMs: number): void {
    // Before the first directory was read, nothing is known: neither that it is fresh nor that it is not.
    if (this.#neighbours.generation > 0) {
      this.#fresh.see(this.#neighbours.isFresh(nowMs), nowMs)
    }
  }

  #pump(nowMs: number): CustodyEffect[] {
    const effects: CustodyEffect[] = []
    // Without a directory there is nobody to ask, and nothing follows from that.
    for (let i = 0; i < PLANS_PER_STEP_MAX && this.#neighbours.generation > 0; i += 1) {
      const share = this.#shares.takeDue(nowMs, this.#hasRoom())
      if (share === undefined) break
      effects.push(...this.#plan(share, nowMs))
    }
    for (const queue of Object.values(this.#queues)) effects.push(...this.#start(queue, nowMs))
    for (let id = this.#presence.take(nowMs); id !== undefined; id = this.#presence.take(nowMs)) {
      effects.push({ type: 'probe', seedId: id })
    }
    return effects
  }

  #plan(share: ShareCustody, nowMs: number): CustodyEffect[] {
    const plan = planShare(share, this.#view(nowMs))
    const isUrgent = this.#shares.isUrgent(share, nowMs)
    for (const job of plan.jobs) {
      share.jobs.add(keyOf(job))
      this.#queues[job.type].add(job, isUrgent)
    }
    this.#shares.plan(share, plan.dueMs, nowMs)
    if (!plan.letsGo) return []
    // Should it still be here afterwards, everything is to be proven again.
    share.troubles.proofs.clear()
    return [{ type: 'letGo', shareId: share.id, seq: share.facts.seq }]
  }

  #start(queue: JobQueue, nowMs: number): CustodyEffect[] {
    const effects: CustodyEffect[] = []
    for (let next = queue.take(nowMs); next !== undefined; next = queue.take(nowMs)) {
      const { job, isUrgent } = next
      const share = this.#shares.get(job.shareId)
      if (share === undefined || !this.#isPossible(job)) {
        queue.finish(next)
        share?.jobs.delete(keyOf(job))
        if (share !== undefined) this.#shares.plan(share, nowMs, nowMs)
        continue
      }
      this.#running.set(job, { isUrgent, expectedSeq: expectedSeqOf(share.facts) })
      effects.push({ type: 'job', job })
    }
    return effects
  }

  /** While it waited, its seed may have fallen silent. */
  #isPossible(job: CustodyJob): boolean {
    return job.type === 'fill' || this.#presence.isPresent(job.seedId)
  }

  #hasRoom(): boolean {
    return Object.values(this.#queues).every((queue) => queue.hasRoom)
  }

  #view(nowMs: number): CustodyView {
    const { timing, random } = this.#options
    return {
      nowMs,
      timing,
      random,
      neighbours: this.#neighbours,
      presence: this.#presence,
      freshSinceMs: this.#fresh.sinceMs,
    }
  }
}
