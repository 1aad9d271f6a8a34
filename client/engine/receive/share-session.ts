import type { Accepted } from '../../../protocol/accept.ts'
import type { Bytes } from '../../../protocol/bytes.ts'
import { servableUntilMs } from '../../../protocol/checkpoint.ts'
import { assert, TransferError } from '../../../protocol/errors.ts'
import { decodeGenesis, shareIdOf, type Genesis } from '../../../protocol/genesis.ts'
import { deriveReadToken } from '../../../protocol/key-schedule.ts'
import type { Seed } from '../../../protocol/record/directory.ts'
import type { ShareId } from '../../../protocol/share-id.ts'
import { ChangeBell } from './change-bell.ts'
import { isFinal, readClaimedEnd } from './claimed-end.ts'
import { follow } from './follower.ts'
import { HashLoader } from './hash-loader.ts'
import { SealedIndex } from './sealed-index.ts'
import { secondAnswer } from './second-answer.ts'
import { SeedRoster, type CallSeed, type RosterEntry } from './seed-roster.ts'
import { ShareRecord } from './share-record.ts'
import type { ChunkSource, ShareSource } from './share-source.ts'
import { verdictOf } from './share-verdict.ts'
import { isLie, SourceTable, type SessionListener } from './source-table.ts'
import type { SessionOptions } from './session-options.ts'
import { takeShown } from './take-shown.ts'

/**
 * One share as a reader without its keys knows it: who serves it, and what is published. It goes on asking and
 * following until it is disposed of.
 */
export class ShareSession implements AsyncDisposable {
  readonly #options: SessionOptions
  readonly #nowMs: () => number
  readonly #stop = new AbortController()
  readonly #genesis = Promise.withResolvers<Genesis>()
  readonly #first = Promise.withResolvers<ShareRecord>()
  readonly #sources = new SourceTable()
  readonly #roster: SeedRoster
  #record: ShareRecord | undefined
  #hashes: HashLoader | undefined
  #index: SealedIndex | undefined
  /** Until when the newest checkpoint known may be served. */
  #endsAtMs: number | undefined
  readonly #changed = new ChangeBell()

  constructor(options: SessionOptions) {
    this.#options = options
    // Whoever waits for them is told; nobody has to.
    this.#genesis.promise.catch(() => undefined)
    this.#first.promise.catch(() => undefined)
    const { shareId, random = () => 0.5, seeds, nowMs = Date.now } = options
    this.#nowMs = nowMs
    this.#roster = new SeedRoster({
      shareId,
      random,
      connect: (source, signal) => this.#connect(source, signal),
      onChange: () => this.#changed.ring(),
      isLacking: () => this.#record?.isSealed !== true || this.indexBytes === undefined,
      signal: this.#stop.signal,
    })
    this.#roster.setSeeds(seeds)
  }

  get shareId(): ShareId {
    return this.#options.shareId
  }

  /** Aborts when the session ends: with the reason, if the owner ended the share or contradicted themself. */
  get signal(): AbortSignal {
    return this.#stop.signal
  }

  get entries(): readonly RosterEntry[] {
    return this.#roster.entries
  }

  /** Why no seed will ever serve the share; undefined while waiting makes sense. */
  get verdict(): TransferError | undefined {
    return verdictOf({
      entries: this.entries,
      isEverySeedAsked: this.#roster.isWhole,
      hasPeer: this.#sources.hasPeer,
      endsAtMs: this.#endsAtMs,
      nowMs: this.#nowMs(),
    })
  }

  get sources(): readonly ShareSource[] {
    return this.#sources.all
  }

  get record(): ShareRecord {
    assert(this.#record !== undefined, 'a session that was waited for')
    return this.#record
  }

  /** What is known so far; undefined before anybody showed the genesis. */
  get knownRecord(): ShareRecord | undefined {
    return this.#record
  }

  /** The sealed index, if it is here. */
  get indexBytes(): Bytes | undefined {
    return this.#index?.bytes
  }

  get hashes(): HashLoader {
    assert(this.#hashes !== undefined, 'a session that was waited for')
    return this.#hashes
  }

  /** Takes the seeds of a newer directory. */
  setSeeds(seeds: readonly Seed[]): void {
    this.#roster.setSeeds(seeds)
  }

  /** From now on a seed that HTTP does not reach is called. */
  setCaller(call: CallSeed): void {
    this.#roster.setCaller(call)
  }

  /** Pieces are to be fetched: seeds that hung up are asked again at once. @returns What ends that. */
  want(): () => void {
    return this.#roster.want()
  }

  /**
   * Somebody besides the seeds may have some of the share: a source once it showed what is published.
   *
   * @throws {TransferError} What it showed instead; the reason of `signal`.
   */
  meet(source: ShareSource, signal: AbortSignal): Promise<void> {
    return this.#connect(source, AbortSignal.any([signal, this.signal]))
  }

  /** It is not there any more. The same seed may be asked another way by now. */
  part(source: ShareSource): void {
    if (!this.#sources.has(source)) return
    this.#sources.delete(source)
    this.#roster.lose(source)
    this.#changed.ring()
  }

  /** @param bytes - Shown by anybody: it hashes to the share id, or is refused. @throws {TransferError} GENESIS_INVALID */
  takeGenesis(bytes: Bytes): void {
    if (shareIdOf(bytes) !== this.shareId)
      throw new TransferError('GENESIS_INVALID', 'This is the genesis of another share.')
    this.#takeGenesis(bytes)
  }

  /** The genesis, as soon as anybody showed it. @throws When the session ends. */
  genesis(): Promise<Genesis> {
    return this.#genesis.promise
  }

  /**
   * What is published, once that is known well: at once if it is sealed, else after a second answer.
   *
   * @throws When the session ends.
   */
  async untilKnown(): Promise<ShareRecord> {
    const record = await this.#first.promise
    await secondAnswer({
      isEnough: () => record.isSealed || this.entries.every(({ phase }) => phase !== 'asking'),
      changed: () => this.#changed.next,
      signal: this.signal,
    })
    return record
  }

  /** Resolves at the next change of who serves the share, or of what is published. */
  untilChanged(signal: AbortSignal): Promise<void> {
    return this.#changed.wait(signal)
  }

  /** The sealed index, once there is one. @throws When the session ends. */
  async sealedIndex(): Promise<Bytes> {
    await this.untilKnown()
    assert(this.#index !== undefined, 'an index with the record')
    return this.#index.load(() => this.untilChanged(this.signal), this.signal)
  }

  /** Tells of what is there and of what comes. @returns What ends it. */
  listen(listener: SessionListener): () => void {
    const stop = this.#sources.listen(listener)
    const accepted = this.#record?.accepted
    if (accepted !== undefined) listener.published(accepted)
    return stop
  }

  /** Its bytes were wrong: nobody here asks it for this share again. */
  ban(source: ChunkSource, fault: TransferError): void {
    this.#roster.ban(source.id, fault)
    this.#sources.delete(source, fault)
  }

  /** A source failed, or is well again; the owner's signed end of the share ends the session. */
  note(source: ChunkSource, fault: TransferError | undefined): void {
    // Seeds are few and may be mended; among peers one that shows what nobody signed is one too many.
    if (source.kind === 'peer' && isLie(fault)) return this.ban(source, fault)
    void this.#noteJudged(source, fault)
  }

  /** Ends the session: nothing that anyone shows can be right any more. */
  end(reason: TransferError): void {
    this.#stop.abort(reason)
    this.#genesis.reject(reason)
    this.#first.reject(reason)
    this.#changed.ring()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.end(new TransferError('STOPPED', 'Stopped.'))
  }

  async #connect(source: ShareSource, stop: AbortSignal): Promise<void> {
    const signal = source.signal === undefined ? stop : AbortSignal.any([stop, source.signal])
    try {
      const genesis = this.#takeGenesis(await source.getGenesis(signal))
      source.authorize(deriveReadToken(this.#options.helpKey, genesis.salt))
      const { checkpoint, sealedIndex, extents } = await source.open(signal)
      await this.#take(() => takeShown(this.record, source, { checkpoint, extents }, signal))
      await this.#index?.take(sealedIndex)
    } catch (cause) {
      signal.throwIfAborted()
      throw cause instanceof TransferError ? await this.#judge(source, cause) : cause
    }
    // It may have left meanwhile: taking what it showed waits for a disk.
    signal.throwIfAborted()
    const stay = this.#sources.add(source)
    this.#first.resolve(this.record)
    void this.#follow(source, AbortSignal.any([signal, stay]))
  }

  #takeGenesis(bytes: Bytes): Genesis {
    const genesis = decodeGenesis(bytes)
    if (this.#record !== undefined) return genesis
    const { shareId, seen } = this.#options
    const record = new ShareRecord({ shareId, genesis, seen, nowMs: () => this.#nowMs() })
    this.#record = record
    this.#index = new SealedIndex(record, () => this.sources)
    this.#hashes = new HashLoader({
      record,
      sources: () => this.sources,
      want: () => this.want(),
      accuse: (source, fault) => this.ban(source, fault),
      signal: this.signal,
    })
    this.#genesis.resolve(genesis)
    this.#roster.setPolicy(genesis)
    return genesis
  }

  /** @throws {TransferError} Unless it is acceptable, or older than what is known. */
  async #take(accept: () => Promise<Accepted>): Promise<void> {
    const record = this.record
    try {
      const accepted = await accept()
      this.#endsAtMs = servableUntilMs(accepted.checkpoint)
      this.#sources.publish(accepted)
    } catch (cause) {
      if (!(cause instanceof TransferError)) throw cause
      // Nothing that anyone shows after this can count.
      if (isFinal(cause)) this.end(cause)
      // A seed that is behind still has chunks.
      if (cause.code !== 'CHECKPOINT_STALE' || record.accepted === undefined) throw cause
    }
    this.#changed.ring()
  }

  /** @param signal - Aborts when the source is not there any more, or was replaced. */
  async #follow(source: ShareSource, signal: AbortSignal): Promise<void> {
    await follow({
      source,
      record: this.record,
      take: (shown) => this.#take(() => takeShown(this.record, source, shown, signal)),
      note: (fault) => this.note(source, fault),
      sealedLookMs: this.#options.sealedLookMs,
      signal,
    })
  }

  async #noteJudged(source: ChunkSource, fault: TransferError | undefined): Promise<void> {
    const judged = fault && (await this.#judge(source, fault))
    if (this.#sources.has(source)) this.#roster.note(source, judged)
  }

  /** Takes a signed end of the share for what it is. @returns What the fault is worth. */
  async #judge(source: ChunkSource, fault: TransferError): Promise<TransferError> {
    if (this.#record === undefined) return fault
    const { ownerPublicKey } = this.#record.genesis
    const end = readClaimedEnd(fault, source.name, { shareId: this.shareId, ownerPublicKey })
    if (end.kind === 'deleted') {
      const deletion = { checkpoint: end.bytes, extents: [] }
      await this.#take(() => this.record.take(deletion)).catch(() => undefined)
    }
    if (end.kind === 'expired')
      this.#endsAtMs = Math.max(this.#endsAtMs ?? 0, servableUntilMs(end.checkpoint))
    return end.fault
  }
}
