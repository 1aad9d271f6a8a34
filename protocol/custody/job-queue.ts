import { CUSTODY_JOBS_PER_SEED_MAX, CUSTODY_JOBS_WAITING_MAX } from '../limits.ts'
import type { SeedId } from '../seed-id.ts'
import type { CustodyJob } from './custody-job.ts'
import { TokenBucket, type Rate } from './token-bucket.ts'

export type JobBounds = Rate &
  Readonly<{
    /** How many run at once. */
    parallelMax: number
    /** How many run at once of shares that are being uploaded: they do not wait for repairs. */
    urgentMax: number
  }>

type Waiting = Readonly<{ job: CustodyJob; isUrgent: boolean }>

/** Jobs of one kind: those that wait, and how many run. So a lost seed makes work, and not a storm. */
export class JobQueue {
  readonly #bounds: JobBounds
  readonly #bucket: TokenBucket
  readonly #urgent: CustodyJob[] = []
  readonly #waiting: CustodyJob[] = []
  readonly #runningAt = new Map<SeedId, number>()
  #running = 0
  #urgentRunning = 0

  constructor(bounds: JobBounds) {
    this.#bounds = bounds
    this.#bucket = new TokenBucket(bounds)
  }

  /** False once enough wait: whoever has more work keeps it until there is room. */
  get hasRoom(): boolean {
    return this.#waiting.length < CUSTODY_JOBS_WAITING_MAX
  }

  get waitingCount(): number {
    return this.#waiting.length + this.#urgent.length
  }

  add(job: CustodyJob, isUrgent: boolean): void {
    const queue = isUrgent ? this.#urgent : this.#waiting
    queue.push(job)
  }

  /** When there may be something to take, or undefined until something is added or finished. */
  readyMs(nowMs: number): number | undefined {
    if (this.#nextUrgent() >= 0) return nowMs
    return this.#nextWaiting() >= 0 ? this.#bucket.readyMs(nowMs) : undefined
  }

  /** The next job that may run now. It counts as running until `finish`. */
  take(nowMs: number): Waiting | undefined {
    const urgent = this.#nextUrgent()
    if (urgent >= 0) {
      this.#urgentRunning += 1
      return this.#start(this.#urgent, urgent, true)
    }
    const waiting = this.#nextWaiting()
    if (waiting < 0 || !this.#bucket.take(nowMs)) return undefined
    this.#running += 1
    return this.#start(this.#waiting, waiting, false)
  }

  finish({ job, isUrgent }: Waiting): void {
    if (isUrgent) this.#urgentRunning -= 1
    else this.#running -= 1
    if (job.type === 'fill') return
    const left = (this.#runningAt.get(job.seedId) ?? 1) - 1
    if (left === 0) this.#runningAt.delete(job.seedId)
    else this.#runningAt.set(job.seedId, left)
  }

  #start(queue: CustodyJob[], at: number, isUrgent: boolean): Waiting | undefined {
    const [job] = queue.splice(at, 1)
    if (job === undefined) return undefined
    if (job.type !== 'fill') {
      this.#runningAt.set(job.seedId, (this.#runningAt.get(job.seedId) ?? 0) + 1)
    }
    return { job, isUrgent }
  }

  #nextUrgent(): number {
    return this.#urgentRunning < this.#bounds.urgentMax ? this.#findFree(this.#urgent) : -1
  }

  #nextWaiting(): number {
    return this.#running < this.#bounds.parallelMax ? this.#findFree(this.#waiting) : -1
  }

  /** Passes over the jobs of a seed that has enough to answer: a slow one must not hold up the others. */
  #findFree(queue: readonly CustodyJob[]): number {
    return queue.findIndex(
      (job) =>
        job.type === 'fill' || (this.#runningAt.get(job.seedId) ?? 0) < CUSTODY_JOBS_PER_SEED_MAX,
    )
  }
}
