import { concat, type Bytes } from '../../../protocol/bytes.ts'
import { openCheckpoint } from '../../../protocol/checkpoint.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { HASH_BYTES } from '../../../protocol/hash-list.ts'
import { CHECKPOINT_BODY_BYTES_MAX } from '../../../protocol/limits.ts'
import { createChallenge } from '../custody/receipt-book.ts'
import { reasonOf, untilAborted } from '../delay.ts'
import type { SeedWriter } from '../net/seed-writer.ts'
import type { UploadBody } from '../net/upload-body.ts'
import { Bell } from './bell.ts'
import type { Cargo } from './cargo.ts'
import { setCountOf } from '../../../protocol/bitmap.ts'
import type { Upload } from './lane.ts'
import type { LaneTrouble } from './lane-trouble.ts'
import { PatientCaller } from './patient-caller.ts'
import { messageFor, type Published } from './publisher.ts'

/** What the sender learns from one seed. */
export type LaneReport =
  | { type: 'up'; publishedChunks: number; bitmap: Bytes }
  /** Silent, or refusing, since `sinceMs`: whatever was on its way is lost. */
  | { type: 'down'; trouble: LaneTrouble; sinceMs: number }
  | { type: 'published'; chunkCount: number }
  | { type: 'held'; bitmap: Bytes; askedAtMs: number }
  | { type: 'uploaded'; upload: Upload; tookMs: number }
  | { type: 'receipts'; records: readonly Bytes[] }
  /** The seed holds a newer checkpoint of this owner than there is here. */
  | { type: 'ahead'; newer: Published }

export type LanePorts = Readonly<{
  nowMs: () => number
  randomBytes: (count: number) => Bytes
}>

export type LaneSetup = Readonly<{
  client: SeedWriter
  cargo: Cargo
  ports: LanePorts
  report: (report: LaneReport) => void
}>

const POLL_BUSY_MS = 1000
const POLL_QUIET_MS = 100
const POLL_WHOLE_MS = 500
/** Room for the checkpoint before the hashes. */
const HASHES_MAX = (CHECKPOINT_BODY_BYTES_MAX - 1024) / HASH_BYTES
const EMPTY = new Uint8Array(0)

/** One stretch of time in which a seed answers. Ends with the first failure, which it throws. */
export class LaneSession {
  readonly #setup: LaneSetup
  readonly #end = new AbortController()
  readonly #signal: AbortSignal
  readonly #publishBell = new Bell()
  readonly #watchBell = new Bell()
  readonly #caller: PatientCaller
  #isUseful = false
  #seq = 0
  /** How many hashes the seed holds. */
  #hashCount = 0
  #isIndexSent = false
  #uploads = 0

  constructor(setup: LaneSetup, signal: AbortSignal) {
    this.#setup = setup
    this.#signal = AbortSignal.any([signal, this.#end.signal])
    this.#caller = new PatientCaller(setup.ports, this.#signal)
  }

  /** When the seed answered last; undefined if it never did. */
  get answeredAtMs(): number | undefined {
    return this.#caller.answeredAtMs
  }

  /** Whether the seed took anything: then the next try may come soon. */
  get isUseful(): boolean {
    return this.#isUseful
  }

  /** Runs until something fails. @param isNew - Whether the seed cannot know the share yet. */
  async run(isNew: boolean): Promise<never> {
    try {
      await this.#connect(isNew)
      return await Promise.race([this.#publish(), this.#watch(), this.#ended()])
    } catch (cause) {
      this.#end.abort(cause)
      throw cause
    }
  }

  /** A newer checkpoint is there. */
  wake(): void {
    this.#publishBell.ring()
  }

  /** Sends one body. It reports what becomes of it; a failure ends the session. */
  async upload(upload: Upload, content: UploadBody): Promise<void> {
    const { client, report, ports } = this.#setup
    const startMs = ports.nowMs()
    this.#uploads += 1
    try {
      await this.#caller.ask(() => client.patchChunks(upload.first, content, this.#signal))
      this.#isUseful = true
      report({ type: 'uploaded', upload, tookMs: ports.nowMs() - startMs })
    } catch (cause) {
      if (!this.#signal.aborted) this.#end.abort(cause)
    } finally {
      this.#uploads -= 1
      if (this.#uploads === 0) this.#watchBell.ring()
    }
  }

  async #connect(isNew: boolean): Promise<void> {
    const { cargo, report } = this.#setup
    const held = isNew ? undefined : await this.#readCheckpoint()
    if (held === undefined) return this.#introduce()
    this.#seq = held.checkpoint.seq
    this.#hashCount = held.checkpoint.chunkCount
    if (this.#seq > (cargo.latest?.checkpoint.seq ?? 0)) report({ type: 'ahead', newer: held })
    const bitmap = this.#hashCount > 0 ? await this.#getHeld() : EMPTY
    report({ type: 'up', publishedChunks: this.#hashCount, bitmap })
  }

  async #introduce(): Promise<void> {
    const { client, cargo, report } = this.#setup
    const body = concat(cargo.genesisBytes, await cargo.getGrant(this.#signal))
    await this.#caller.ask(() => client.putShare(body, this.#signal))
    report({ type: 'up', publishedChunks: 0, bitmap: EMPTY })
  }

  async #publish(): Promise<never> {
    for (;;) {
      const { latest } = this.#setup.cargo
      // Also to a seed that is not behind: it may have failed before it took the index, or have lost it since.
      if (this.#hashCount > 0 && !this.#isIndexSent) await this.#sendIndex()
      else if (latest !== undefined && this.#isBehind(latest)) await this.#sendCheckpoint(latest)
      else await this.#publishBell.wait(this.#signal)
    }
  }

  #isBehind({ checkpoint: { seq, chunkCount } }: Published): boolean {
    // What does not fit into one message, the seed gets from its co-custodians.
    const fits = chunkCount - this.#hashCount <= HASHES_MAX
    return seq > this.#seq && chunkCount >= this.#hashCount && fits
  }

  async #sendCheckpoint(latest: Published): Promise<void> {
    const { client, cargo } = this.#setup
    const message = messageFor(latest, cargo.hashes, this.#hashCount)
    try {
      await this.#caller.ask(() => client.putCheckpoint(message, this.#signal))
    } catch (cause) {
      return this.#reconcile(latest, cause)
    }
    this.#isUseful = true
    this.#noteHeld(latest)
  }

  #noteHeld({ checkpoint: { seq, chunkCount } }: Published): void {
    this.#seq = seq
    this.#hashCount = chunkCount
    this.#setup.report({ type: 'published', chunkCount })
    this.#watchBell.ring()
  }

  async #sendIndex(): Promise<void> {
    const { client, cargo } = this.#setup
    await this.#caller.ask(() => client.putIndex(cargo.sealedIndex, this.#signal))
    this.#isIndexSent = true
    this.#watchBell.ring()
  }

  /** The seed holds fewer hashes, or another checkpoint, than was thought. */
  async #reconcile(latest: Published, cause: unknown): Promise<void> {
    if (!(cause instanceof TransferError)) throw cause
    const n = cause.details['n']
    if (cause.code === 'HASHES_MISSING' && typeof n === 'number' && n < this.#hashCount) {
      this.#hashCount = n
      return
    }
    const isOther = cause.code === 'CHECKPOINT_STALE' || cause.code === 'CHECKPOINT_CONFLICT'
    const held = isOther ? await this.#readCheckpoint() : undefined
    if (held === undefined || held.checkpoint.seq < latest.checkpoint.seq) throw cause
    this.#noteHeld(held)
    this.#setup.report({ type: 'ahead', newer: held })
  }

  async #watch(): Promise<never> {
    const { cargo, report, ports } = this.#setup
    let after: number | undefined
    for (;;) {
      const askedAtMs = ports.nowMs()
      // Before anything is published there are no bits to ask for.
      const bitmap = this.#hashCount === 0 ? EMPTY : await this.#getHeld(after)
      report({ type: 'held', bitmap, askedAtMs })
      const count = setCountOf(bitmap)
      const isWhole = count === cargo.chunkCount
      if (isWhole && cargo.latest?.checkpoint.state === 'sealed') await this.#askReceipts()
      const isQuiet = this.#uploads === 0 && this.#hashCount > 0 && !isWhole
      after = isQuiet ? count : undefined
      await this.#watchBell.wait(this.#signal, isQuiet ? POLL_QUIET_MS : pollMs(isWhole))
    }
  }

  async #askReceipts(): Promise<void> {
    const { client, ports, report } = this.#setup
    const challenge = createChallenge(ports.randomBytes)
    const records = await this.#caller.ask(() => client.getReceipts(challenge, this.#signal))
    report({ type: 'receipts', records })
  }

  #getHeld(after?: number): Promise<Bytes> {
    return this.#caller.ask(() => this.#setup.client.getHeld(after, this.#signal))
  }

  /** @returns undefined if the seed does not know the share, or knows no checkpoint of it. */
  async #readCheckpoint(): Promise<Published | undefined> {
    const { client, cargo } = this.#setup
    try {
      const bytes = await this.#caller.ask(() => client.getCheckpoint(undefined, this.#signal))
      if (bytes === undefined) return undefined
      return { bytes, checkpoint: openCheckpoint(bytes, cargo.ownerPublicKey) }
    } catch (cause) {
      if (cause instanceof TransferError && cause.code === 'SHARE_MISSING') return undefined
      throw cause
    }
  }

  /** Rejects once the session is over, so that whatever runs beside it ends too. */
  async #ended(): Promise<never> {
    await untilAborted(this.#signal)
    throw reasonOf(this.#signal)
  }
}

/** While bodies are on their way the count rises all the time: asking once a second is enough. */
function pollMs(isWhole: boolean): number {
  return isWhole ? POLL_WHOLE_MS : POLL_BUSY_MS
}
