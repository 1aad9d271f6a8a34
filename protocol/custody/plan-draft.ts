import { keyOf, type CustodyJob } from './custody-job.ts'
import type { CustodyView } from './custody-view.ts'
import type { ShareCustody } from './share-custody.ts'

/** What to do about a share now, and when to plan again. */
export type SharePlan = Readonly<{
  jobs: readonly CustodyJob[]
  dueMs: number
  /** Every rule for letting go is met at this moment. */
  letsGo: boolean
}>

/** A plan while it is made: drops what is under way, what failed a moment ago, and whom nobody can reach. */
export class PlanDraft {
  readonly share: ShareCustody
  readonly view: CustodyView
  letsGo = false
  readonly #jobs: CustodyJob[] = []
  #dueMs = Infinity

  constructor(share: ShareCustody, view: CustodyView) {
    this.share = share
    this.view = view
  }

  get isServed(): boolean {
    return this.view.nowMs < this.share.facts.servedUntilMs
  }

  /** @returns Whether it is under way now. */
  want(job: CustodyJob): boolean {
    const key = keyOf(job)
    if (this.share.jobs.has(key)) return true
    // Once it is back, all that concerns it is planned anew.
    if (job.type !== 'fill' && !this.view.presence.isPresent(job.seedId)) return false
    const retryMs = this.share.retryMs(key)
    if (retryMs > this.view.nowMs) {
      this.at(retryMs)
      return false
    }
    if (!this.#jobs.some((other) => keyOf(other) === key)) this.#jobs.push(job)
    return true
  }

  /** Plan again no later than this. */
  at(ms: number): void {
    this.#dueMs = Math.min(this.#dueMs, ms)
  }

  finish(): SharePlan {
    return { jobs: this.#jobs, dueMs: this.#dueMs, letsGo: this.letsGo }
  }
}
