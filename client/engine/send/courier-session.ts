import { TransferError } from '../../../protocol/errors.ts'
import type { Seed } from '../../../protocol/record/directory.ts'
import { reasonOf } from '../delay.ts'
import { EventFeed } from '../event-feed.ts'
import type { Courier } from './courier.ts'
import { Patience, type PatienceLimits } from './patience.ts'
import type { CourierProgress } from './progress.ts'
import type { Waiting } from './waiting.ts'

/** Everything a sender is told. */
export type SendEvent =
  | Readonly<{ type: 'progress'; progress: CourierProgress }>
  /** Receipts meet the policy: the sender may close. */
  | Readonly<{ type: 'stored'; progress: CourierProgress; seeds: readonly Seed[] }>

export type SessionSetup = Readonly<{
  /** Of all files together. */
  totalBytes: number
  /** Everything before the first body. `say` tells why it takes a while. */
  prepare: (signal: AbortSignal, say: (waiting: Waiting) => void) => Promise<Courier>
  /** Once it is stored. */
  finish: () => Promise<void>
  /** What a failure means; what it returns is thrown. @param keptBytes - On one seed at least. */
  conclude: (cause: unknown, keptBytes: number) => Promise<unknown>
  patience: PatienceLimits
  nowMs: () => number
}>

const PROGRESS_MS = 250

/** One share on its way. Dispose of it to stop it: what the seeds hold by then stays, and can be gone on with. */
export class CourierSession implements AsyncDisposable {
  /** For one reader. Ends when the session does. */
  readonly events = new EventFeed<SendEvent>()
  /** The seeds that hold it. Rejects with what ended it; STOPPED if it was stopped. */
  readonly done: Promise<readonly Seed[]>
  readonly #setup: SessionSetup
  readonly #stop = new AbortController()
  readonly #patience: Patience
  #courier: Courier | undefined
  /** The most that ever counted: seeds that fall silent count no more, and keep what they have. */
  #keptBytes = 0
  #waiting: Waiting | undefined
  #isPaused = false

  constructor(setup: SessionSetup) {
    this.#setup = setup
    this.#patience = new Patience(setup.patience, setup.nowMs())
    this.done = this.#run()
    // Whoever only reads the events must not bring down the process.
    this.done.catch(() => undefined)
  }

  get progress(): CourierProgress {
    const { totalBytes } = this.#setup
    const frontier = { totalBytes, sealedBytes: 0, onceBytes: 0, policyBytes: 0 }
    return this.#courier?.progress ?? { frontier, waiting: this.#waiting, custody: [] }
  }

  pause(): void {
    this.#isPaused = true
    this.#courier?.pause()
  }

  continue(): void {
    this.#isPaused = false
    this.#courier?.continue()
  }

  /** Ends it at once; the same files go on with it later. */
  stop(reason = new TransferError('STOPPED', 'Stopped.')): void {
    this.#stop.abort(reason)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop()
    await this.done.catch(() => undefined)
  }

  async #run(): Promise<readonly Seed[]> {
    const { signal } = this.#stop
    const timer = setInterval(() => this.#tell(), PROGRESS_MS)
    try {
      const courier = await this.#setup.prepare(signal, (waiting) => (this.#waiting = waiting))
      this.#courier = courier
      if (this.#isPaused) courier.pause()
      const seeds = await courier.run(signal)
      await this.#setup.finish()
      this.events.push({ type: 'stored', progress: courier.progress, seeds })
      return seeds
    } catch (cause) {
      this.#keep(this.progress)
      const reason = signal.aborted ? reasonOf(signal) : cause
      // For whatever is still under way.
      this.#stop.abort(reason)
      throw await this.#setup.conclude(reason, this.#keptBytes)
    } finally {
      clearInterval(timer)
      this.events.end()
    }
  }

  #tell(): void {
    const { progress } = this
    this.#keep(progress)
    this.events.push({ type: 'progress', progress })
    try {
      this.#patience.check(progress, this.#setup.nowMs())
    } catch (cause) {
      this.#stop.abort(cause)
    }
  }

  #keep({ frontier }: CourierProgress): void {
    this.#keptBytes = Math.max(this.#keptBytes, frontier.onceBytes)
  }
}
