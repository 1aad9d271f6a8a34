import type {
  CustodyEffect,
  CustodyEvent,
  JobAnswer,
} from '../../protocol/custody/custody-event.ts'
import type { CustodyJob } from '../../protocol/custody/custody-job.ts'
import { CustodyMachine, type KeptCustody } from '../../protocol/custody/custody-machine.ts'
import type { CustodyTiming } from '../../protocol/custody/custody-timing.ts'
import { encodeCheckpointMessage } from '../../protocol/accept.ts'
import type { Bytes } from '../../protocol/bytes.ts'
import { TransferError } from '../../protocol/errors.ts'
import type { Directory } from '../../protocol/record/directory.ts'
import type { SeedId } from '../../protocol/seed-id.ts'
import type { ShareId } from '../../protocol/share-id.ts'
import type { Custody, CustodyDeps } from '../custody-hook.ts'
import { CustodyWorker } from './custody-worker.ts'
import { probe } from './probe.ts'
import { SeedClients } from './seed-clients.ts'
import { factsOf } from './share-facts-of.ts'
import type { FillTiming } from './share-fill.ts'

export type CustodyLoopOptions = Readonly<{
  timing: CustodyTiming
  fillTiming: FillTiming
  /** 0 to 1, from a cryptographic source. */
  random: () => number
  kept: KeptCustody | undefined
  /** Called now and then, and at the end, with what a later run is to know. */
  keep: (kept: KeptCustody) => Promise<void>
  onError: (error: unknown) => void
}>

// What is due at once is done at once, and yet never without a pause: others want their turn.
const PAUSE_MS_MIN = 1
const PAUSE_MS_MAX = 60_000
const KEEP_PERIOD_MS = 10 * 60_000

/** Runs the custody machine of this seed: feeds it what happens, and does what it says. */
export class CustodyLoop implements Custody {
  readonly #deps: CustodyDeps
  readonly #options: CustodyLoopOptions
  readonly #machine: CustodyMachine
  readonly #clients = new SeedClients()
  readonly #worker: CustodyWorker
  readonly #stop = new AbortController()
  readonly #stopListening: () => void
  readonly #working = new Set<Promise<void>>()
  /** Shares that changed since the machine heard of them. */
  readonly #changed = new Set<ShareId>()
  #timer: NodeJS.Timeout | undefined
  #keptAtMs = performance.now()

  constructor(deps: CustodyDeps, options: CustodyLoopOptions) {
    const { shares, seedId: self, nowMs } = deps
    const { timing, random, kept } = options
    this.#deps = deps
    this.#options = options
    this.#machine = new CustodyMachine({ self, timing, random, kept })
    this.#worker = new CustodyWorker({
      shares,
      clients: this.#clients,
      signal: this.#stop.signal,
      nowMs,
      timing,
      fillTiming: options.fillTiming,
    })
    this.#stopListening = shares.events.onAny(({ type, shareId }) => {
      if (type !== 'receipt') this.#note(shareId)
    })
    this.#track(this.#list())
  }

  /** Takes the newest directory, as it is read. */
  learn(directory: Directory): void {
    this.#clients.update(directory)
    this.#step({ type: 'directory', directory })
  }

  summarize(): Readonly<Record<string, unknown>> {
    return this.#machine.summarize(this.#deps.nowMs())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    this.#stopListening()
    clearTimeout(this.#timer)
    await Promise.all(this.#working)
    await this.#keep()
  }

  async #list(): Promise<void> {
    for await (const shareId of this.#deps.shares.listIds()) {
      if (this.#stop.signal.aborted) return
      await this.#tell(shareId)
    }
  }

  /** A share changes many times a second while it is uploaded: the machine hears of it once a turn. */
  #note(shareId: ShareId): void {
    if (this.#changed.size === 0) setImmediate(() => this.#track(this.#tellChanged()))
    this.#changed.add(shareId)
  }

  async #tellChanged(): Promise<void> {
    const changed = [...this.#changed]
    this.#changed.clear()
    for (const shareId of changed) await this.#tell(shareId)
  }

  async #tell(shareId: ShareId): Promise<void> {
    const { shares } = this.#deps
    const share = await shares.find(shareId)
    if (share === undefined || share.isRemoved) this.#step({ type: 'removed', shareId })
    else this.#step({ type: 'share', shareId, facts: factsOf(share, shares) })
  }

  #step(event: CustodyEvent): void {
    if (this.#stop.signal.aborted) return
    const nowMs = this.#deps.nowMs()
    for (const effect of this.#machine.step(event, nowMs)) this.#track(this.#do(effect))
    clearTimeout(this.#timer)
    const dueMs = this.#machine.deadlineMs(nowMs) ?? Infinity
    const pauseMs = Math.min(Math.max(dueMs - nowMs, PAUSE_MS_MIN), PAUSE_MS_MAX)
    this.#timer = setTimeout(() => this.#tick(), pauseMs).unref()
  }

  #tick(): void {
    this.#step({ type: 'tick' })
    if (performance.now() - this.#keptAtMs < KEEP_PERIOD_MS) return
    this.#keptAtMs = performance.now()
    this.#track(this.#keep())
  }

  async #keep(): Promise<void> {
    try {
      await this.#options.keep(this.#machine.keep(this.#deps.nowMs()))
    } catch (cause) {
      this.#options.onError(cause)
    }
  }

  async #do(effect: CustodyEffect): Promise<void> {
    switch (effect.type) {
      case 'job':
        return this.#doJob(effect.job)
      case 'probe':
        return this.#probe(effect.seedId)
      case 'accept':
        return this.#accept(effect.shareId, effect.deletion)
      case 'letGo':
        return this.#deps.shares.letGo(effect.shareId, effect.seq)
    }
  }

  async #doJob(job: CustodyJob): Promise<void> {
    let answer: JobAnswer = { type: 'failed' }
    try {
      answer = await this.#worker.run(job)
    } catch (cause) {
      // No space left, or deleted meanwhile: that is shown where it belongs, and the job comes again.
      if (!(cause instanceof TransferError)) this.#fail(cause)
    }
    // What it changed here comes first, so that the machine does not ask for the same thing twice.
    await this.#tell(job.shareId)
    this.#step({ type: 'answered', job, answer })
  }

  async #probe(seedId: SeedId): Promise<void> {
    const { nowMs } = this.#deps
    const url = this.#clients.url(seedId)
    const hello = url === undefined ? undefined : await probe(url, this.#stop.signal, nowMs)
    if (hello === undefined) this.#clients.turn(seedId)
    this.#step({ type: 'probed', seedId, hello })
  }

  async #accept(shareId: ShareId, deletion: Bytes): Promise<void> {
    const message = { checkpoint: deletion, first: 0, hashes: new Uint8Array(0) }
    await this.#deps.shares.putCheckpoint(shareId, encodeCheckpointMessage(message))
  }

  /** Waited for at the end. */
  #track(work: Promise<void>): void {
    const tracked = work
      .catch((cause: unknown) => this.#fail(cause))
      .finally(() => this.#working.delete(tracked))
    this.#working.add(tracked)
  }

  #fail(cause: unknown): void {
    if (!this.#stop.signal.aborted) this.#options.onError(cause)
  }
}
