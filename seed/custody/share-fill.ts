import { ChangeBell } from '../../client/engine/receive/change-bell.ts'
import { setCountOf } from '../../protocol/bitmap.ts'
import type { Bytes } from '../../protocol/bytes.ts'
import type { JobAnswer } from '../../protocol/custody/custody-event.ts'
import { FillPlan, type PullRange } from '../../protocol/custody/fill-plan.ts'
import { TransferError } from '../../protocol/errors.ts'
import { PULLS_PER_SOURCE_MAX } from '../../protocol/limits.ts'
import type { SeedId } from '../../protocol/seed-id.ts'
import type { Share } from '../catalog/share.ts'
import { pause } from '../loop.ts'
import type { ShareService } from '../share-service.ts'
import type { Slots } from '../slots.ts'
import { isNotYet, type FillSource } from './fill-source.ts'
import { pullHashes } from './hash-pull.ts'
import { pullRange, type Pulled } from './range-pull.ts'

/** In milliseconds. */
export type FillTiming = Readonly<{
  /** At most between two questions to a source that has nothing new. */
  idleMs: number
  /** How long nothing may come before the sources are chosen anew. */
  stallMs: number
  /** How long the next checkpoint of an open share is waited for. */
  lingerMs: number
}>

export const fillTiming: FillTiming = { idleMs: 250, stallMs: 30_000, lingerMs: 5000 }

export type FillOptions = Readonly<{
  shares: ShareService
  share: Share
  /** Best first. */
  sources: readonly FillSource[]
  /** Bounds the pulls of all shares together. */
  pulls: Slots
  signal: AbortSignal
  timing: FillTiming
}>

const WATCH_MS = 250
// The sender may be telling the source at this moment: the first pauses are short.
const NEWS_PAUSE_MS = 10

/** Pulls what is missing of one share from all sources at once, as it lands there. */
export class ShareFill {
  readonly #options: FillOptions
  readonly #plan: FillPlan
  readonly #bell = new ChangeBell()
  readonly #stop = new AbortController()
  readonly #signal: AbortSignal
  readonly #liars = new Set<SeedId>()
  #newsAtMs = performance.now()
  /** What went wrong here, not at a source. */
  #failure: Error | undefined

  constructor(options: FillOptions) {
    const { share, signal } = options
    this.#options = options
    this.#signal = AbortSignal.any([signal, this.#stop.signal])
    this.#plan = new FillPlan(() => ({
      chunkCount: share.chunkCount,
      extentBits: (extent) => share.held.extentBits(extent),
    }))
  }

  /** @throws What failed here: no space left, say. What failed at a source is answered. */
  async run(): Promise<JobAnswer> {
    const { shares, share, sources } = this.#options
    const stopListening = shares.events.on(share.id, () => this.#hear())
    const watched = this.#watch()
    try {
      if (!share.isVerified) await this.#adopt()
      if (share.isVerified) {
        await Promise.all([this.#pullIndex(), ...sources.map((source) => this.#follow(source))])
      }
    } finally {
      stopListening()
      this.#end()
      await watched
    }
    if (this.#failure !== undefined) throw this.#failure
    return { type: 'filled', isWhole: this.#isWhole, liars: [...this.#liars] }
  }

  get #isWhole(): boolean {
    const { share } = this.#options
    return share.isVerified && share.held.count >= share.chunkCount && !this.#needsIndex
  }

  get #needsIndex(): boolean {
    const { share } = this.#options
    return share.chunkCount > 0 && !share.isIndexHeld
  }

  #hear(): void {
    const { share } = this.#options
    this.#newsAtMs = performance.now()
    const isSealed = share.checkpoint?.state === 'sealed'
    if (share.isRemoved || share.isDeleted || (isSealed && this.#isWhole)) this.#end()
    else this.#bell.ring()
  }

  #end(): void {
    this.#stop.abort()
    this.#bell.ring()
  }

  /** An open share may grow in a moment; and where nothing comes, other sources may have it. */
  async #watch(): Promise<void> {
    const { lingerMs, stallMs } = this.#options.timing
    while (await pause(WATCH_MS, this.#signal)) {
      const quietMs = performance.now() - this.#newsAtMs
      if (quietMs >= (this.#isWhole ? lingerMs : stallMs)) this.#end()
    }
    this.#bell.ring()
  }

  /** Gets the lost hash list of an unverified share back. */
  async #adopt(): Promise<void> {
    const { shares, share, sources } = this.#options
    for (const source of sources) {
      const hashes = await this.#ask(source, async () => {
        await source.meet(share.origin.readToken, this.#signal)
        const list = { from: 0, chunkCount: share.chunkCount }
        return pullHashes(source.client, list, this.#signal)
      })
      if (hashes === undefined) continue
      await this.#store(source, () => shares.adoptHashList(share.id, hashes))
      if (share.isVerified || this.#signal.aborted) return
    }
  }

  /** The sender gives it to every seed that it reaches; this is for the others. */
  async #pullIndex(): Promise<void> {
    const { shares, share, sources, timing } = this.#options
    while (!this.#signal.aborted && sources.some(({ isLeft }) => !isLeft)) {
      const { next: rung } = this.#bell
      if (!this.#needsIndex) {
        await rung
        continue
      }
      await pause(timing.idleMs, this.#signal)
      const met = sources.filter(({ isMet, isLeft }) => isMet && !isLeft)
      for (const source of met) {
        const sealed = await this.#ask(source, () => source.client.getIndex(this.#signal))
        if (sealed === undefined || !this.#needsIndex) continue
        await this.#store(source, () => shares.putIndex(share.id, sealed))
      }
    }
  }

  /** Follows one source: hears what lands there, and pulls it. */
  async #follow(source: FillSource): Promise<void> {
    const pullers = Array.from({ length: PULLS_PER_SOURCE_MAX }, () => this.#pull(source))
    await Promise.all([this.#poll(source), ...pullers])
    this.#plan.delete(source.seedId)
  }

  async #poll(source: FillSource): Promise<void> {
    const { timing } = this.#options
    let heldCount: number | undefined
    let pauseMs = NEWS_PAUSE_MS
    while (!this.#isOver(source)) {
      const after = heldCount
      const bitmap = await this.#ask(source, () => this.#getHeld(source, after))
      const count = bitmap === undefined ? undefined : setCountOf(bitmap)
      // Whoever answers at once with nothing new is not asked at once again.
      const isNews = count !== undefined && count > (after ?? -1)
      heldCount = count ?? after
      if (bitmap !== undefined) this.#plan.update(source.seedId, bitmap)
      if (isNews) {
        pauseMs = NEWS_PAUSE_MS
        this.#bell.ring()
      } else if (!this.#isOver(source)) {
        await pause(pauseMs, this.#signal)
        pauseMs = Math.min(pauseMs * 2, timing.idleMs)
      }
    }
  }

  async #getHeld(source: FillSource, after: number | undefined): Promise<Bytes> {
    await source.meet(this.#options.share.origin.readToken, this.#signal)
    return source.client.getHeld(after, this.#signal)
  }

  async #pull(source: FillSource): Promise<void> {
    while (!this.#isOver(source)) {
      // Taken before the question, so that no news is missed.
      const { next: rung } = this.#bell
      const range = this.#plan.next(source.seedId)
      if (range === undefined) await rung
      else await this.#pullRange(source, range)
    }
  }

  async #pullRange(source: FillSource, range: PullRange): Promise<void> {
    const { shares, share, pulls } = this.#options
    try {
      using _ = await pulls.take()
      const { client } = source
      this.#judge(source, await pullRange({ shares, share, client, range, signal: this.#signal }))
    } catch (cause) {
      this.#fail(cause)
    } finally {
      this.#plan.release(range)
      this.#bell.ring()
    }
  }

  #judge(source: FillSource, pulled: Pulled): void {
    switch (pulled.type) {
      case 'whole':
        return
      case 'cut':
        this.#plan.drop(source.seedId, pulled.missing)
        return
      case 'forged':
        this.#liars.add(source.seedId)
        source.isLeft = true
        return
      case 'broken':
        source.isLeft = true
    }
  }

  /** @returns undefined if the source has no answer: not yet, or it is left for good. */
  async #ask<T>(source: FillSource, question: () => Promise<T>): Promise<T | undefined> {
    try {
      return await question()
    } catch (cause) {
      if (this.#signal.aborted || isNotYet(cause)) return undefined
      if (!(cause instanceof TransferError)) this.#fail(cause)
      source.isLeft = true
      this.#bell.ring()
      return undefined
    }
  }

  /** Stores what a source sent, or leaves the source if it is not what the owner published. */
  async #store(source: FillSource, put: () => Promise<void>): Promise<void> {
    try {
      await put()
    } catch (cause) {
      const code = cause instanceof TransferError ? cause.code : undefined
      if (code === 'HASH_MISMATCH' || code === 'CHECKPOINT_INVALID') {
        this.#liars.add(source.seedId)
        source.isLeft = true
        this.#bell.ring()
      } else this.#fail(cause)
    }
  }

  /** It went wrong here, or the share is over: no source can help. */
  #fail(cause: unknown): void {
    if (!this.#signal.aborted) {
      this.#failure ??= cause instanceof Error ? cause : new Error('bug: not an error', { cause })
    }
    this.#end()
  }

  #isOver(source: FillSource): boolean {
    return this.#signal.aborted || source.isLeft
  }
}
