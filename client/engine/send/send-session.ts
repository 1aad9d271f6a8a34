import type { Bytes } from '../../../protocol/bytes.ts'
import { TransferError } from '../../../protocol/errors.ts'
import type { Seed } from '../../../protocol/record/directory.ts'
import { deleteShare } from '../custody/owner-action.ts'
import { reasonOf } from '../delay.ts'
import { EventFeed } from '../event-feed.ts'
import type { Network } from '../network.ts'
import { Courier, type CourierPorts } from './courier.ts'
import { HashLog } from './hash-log.ts'
import { untilGranted } from './grant.ts'
import { keptFileOf, type JournalSlot, type SendJournal, type SendMark } from './journal.ts'
import { OwnerCargo } from './owner-cargo.ts'
import { Patience, type PatienceLimits } from './patience.ts'
import type { CourierProgress } from './progress.ts'
import { readKnown } from './resume.ts'
import { Sealer } from './sealer.ts'
import type { SharePlan } from './share-plan.ts'
import { StreamReader } from './stream-reader.ts'
import type { Waiting } from './waiting.ts'

export type SendPorts = CourierPorts &
  Readonly<{
    journal: JournalSlot
    /** The network's leave to store the share: a grant record. */
    requestGrant: () => Promise<Bytes>
    patience: PatienceLimits
  }>

/** What an earlier run left: how far it signed, and its grant. */
export type Resumption = Readonly<{ mark: SendMark; grant: Bytes | undefined }>

export type SendStart = Readonly<{
  plan: SharePlan
  network: Network
  /** Undefined for a new share. */
  resumption: Resumption | undefined
}>

/** Everything a sender is told. */
export type SendEvent =
  | Readonly<{ type: 'progress'; progress: CourierProgress }>
  /** Receipts meet the policy: the sender may close. */
  | Readonly<{ type: 'stored'; progress: CourierProgress; seeds: readonly Seed[] }>

const PROGRESS_MS = 250
const END_MS = 5000

/** One share on its way. Dispose of it to stop it: what the seeds hold by then stays, and can be gone on with. */
export class SendSession implements AsyncDisposable {
  /** For one reader. Ends when the session does. */
  readonly events = new EventFeed<SendEvent>()
  /** The seeds that hold it. Rejects with what ended it; STOPPED if it was stopped. */
  readonly done: Promise<readonly Seed[]>
  readonly #ports: SendPorts
  readonly #start: SendStart
  readonly #stop = new AbortController()
  readonly #patience: Patience
  #courier: Courier | undefined
  #waiting: Waiting | undefined
  #isPaused = false

  constructor(ports: SendPorts, start: SendStart) {
    this.#ports = ports
    this.#start = start
    this.#patience = new Patience(ports.patience, ports.nowMs())
    this.done = this.#run()
    // Whoever only reads the events must not bring down the process.
    this.done.catch(() => undefined)
  }

  get progress(): CourierProgress {
    const { totalBytes } = this.#start.plan
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
  stop(): void {
    this.#stop.abort(new TransferError('STOPPED', 'Stopped.'))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop()
    await this.done.catch(() => undefined)
  }

  async #run(): Promise<readonly Seed[]> {
    const signal = this.#stop.signal
    const timer = setInterval(() => this.#tell(), PROGRESS_MS)
    try {
      const courier = await this.#prepare(signal)
      this.#courier = courier
      if (this.#isPaused) courier.pause()
      const seeds = await courier.run(signal)
      await this.#ports.journal.remove()
      this.events.push({ type: 'stored', progress: courier.progress, seeds })
      return seeds
    } catch (cause) {
      throw await this.#conclude(signal.aborted ? reasonOf(signal) : cause)
    } finally {
      clearInterval(timer)
      this.events.end()
    }
  }

  #tell(): void {
    const { progress } = this
    this.events.push({ type: 'progress', progress })
    try {
      this.#patience.check(progress, this.#ports.nowMs())
    } catch (cause) {
      this.#stop.abort(cause)
    }
  }

  /** What a failure means for what the seeds hold: it is kept for another run, or given up. */
  async #conclude(cause: unknown): Promise<unknown> {
    if (!(cause instanceof TransferError)) return cause
    const { onceBytes } = this.progress.frontier
    const { code, message } = cause
    if (code !== 'FILE_CHANGED' && code !== 'SHARE_DELETED') {
      return new TransferError(code, message, { cause, details: { keptBytes: onceBytes } })
    }
    await this.#ports.journal.remove()
    if (code === 'SHARE_DELETED') return cause
    const { plan, network } = this.#start
    const limit = AbortSignal.timeout(END_MS)
    // A share that can never be whole helps nobody, and whoever has its link should know.
    await deleteShare({ ...plan, ...plan.secrets }, network, {
      signal: limit,
      nowMs: this.#ports.nowMs,
    }).catch(() => undefined)
    const text = `${message} What the seeds had of this share is given up, and its link no longer works.`
    return new TransferError(code, text, { cause, details: { keptBytes: 0 } })
  }

  async #prepare(signal: AbortSignal): Promise<Courier> {
    const { plan, network, resumption } = this.#start
    const { journal, nowMs } = this.#ports
    // Kept before anything leaves: whatever happens from here on, the same files go on with the same share.
    if (resumption === undefined) await journal.save(this.#journalWith(undefined))
    const grant = resumption?.grant ?? (await this.#getGrant(signal))
    if (resumption?.grant === undefined) await journal.save(this.#journalWith(grant))
    const sealer = new Sealer(plan, new StreamReader(plan.files))
    const known = resumption && (await readKnown(plan, network, { signal, nowMs }))
    const cargo = new OwnerCargo({
      plan,
      sealer,
      grant,
      hashes: known?.hashes ?? new HashLog(plan.chunkCount),
      mark: resumption?.mark,
      keepMark: (mark) => journal.mark(mark),
      nowMs,
    })
    if (known?.published !== undefined) cargo.adopt(known.published)
    if (known?.isCertain === false) await cargo.catchUp(resumption?.mark.chunkCount ?? 0, signal)
    return new Courier(cargo, network, this.#ports)
  }

  #getGrant(signal: AbortSignal): Promise<Bytes> {
    const { requestGrant, patience, nowMs, randomBytes } = this.#ports
    const say = (waiting: Waiting): void => {
      this.#waiting = waiting
    }
    return untilGranted(
      requestGrant,
      { giveUpMs: patience.startMs, nowMs, randomBytes, say },
      signal,
    )
  }

  #journalWith(grant: Bytes | undefined): SendJournal {
    const { plan, network } = this.#start
    return {
      networkUrl: network.url,
      networkKey: network.key,
      genesisBytes: plan.genesisBytes,
      ...plan.secrets,
      grant,
      expiresAtMs: plan.expiresAtMs,
      files: plan.files.map((file) => keptFileOf(file)),
    }
  }
}
