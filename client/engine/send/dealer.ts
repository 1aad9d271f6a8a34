import type { Bytes } from '../../../protocol/bytes.ts'
import { assert } from '../../../protocol/errors.ts'
import { extentChunkCount, extentCountOf } from '../../../protocol/hash-list.ts'
import { EXTENT_CHUNKS, EXTENTS_AHEAD_MAX } from '../../../protocol/limits.ts'
import type { SeedId } from '../../../protocol/seed-id.ts'
import { fullBits, runOf } from './held-map.ts'
import { lacksAny, Lane, type Upload } from './lane.ts'

export type DealerEvent =
  /** The seed answers: n of the checkpoint it accepted, and which chunks it holds. */
  | { type: 'up'; seedId: SeedId; publishedChunks: number; bitmap: Bytes }
  /** It does not answer, or refused, since `sinceMs`; whatever was on its way is lost. */
  | { type: 'down'; seedId: SeedId; sinceMs: number }
  /**
   * Who gets the share; the seeds themselves count on those in `ranked`, and others stand in for some of them. What is
   * not `listed` left the directory: nobody else asks there for what it holds.
   */
  | {
      type: 'custodians'
      seedIds: readonly SeedId[]
      ranked: readonly SeedId[]
      listed: readonly SeedId[]
    }
  | { type: 'published'; seedId: SeedId; chunkCount: number }
  | { type: 'held'; seedId: SeedId; bitmap: Bytes; askedAtMs: number }
  | { type: 'sealed'; extent: number }
  | { type: 'uploaded'; seedId: SeedId; upload: Upload; tookMs: number }
  | { type: 'pause' }
  | { type: 'continue' }
  | { type: 'tick' }

export type DealerEffect =
  | { type: 'seal'; extent: number }
  | { type: 'upload'; seedId: SeedId; upload: Upload }
  /** Nobody needs its sealed chunks any more. */
  | { type: 'drop'; extent: number }

/**
 * Decides what leaves the sender, and to whom: each chunk once, dealt alternately to the custodians that
 * answer, all to one where the others cannot be reached. A chunk counts as gone once a seed that answers holds
 * it; the custodians fill themselves from each other, and one that does not gets the rest from here.
 */
export class Dealer {
  readonly #chunkCount: number
  readonly #lanes = new Map<SeedId, Lane>()
  readonly #sealing = new Set<number>()
  /** Sealed and still here: waiting for room, or on their way. */
  readonly #ready = new Set<number>()
  #isPaused = false
  /** All extents before it are held or busy; only a loss moves it back. */
  #cursor = 0
  /** Seeds that count, and fill themselves. */
  #relied: ReadonlySet<Lane> = new Set()

  constructor(chunkCount: number) {
    this.#chunkCount = chunkCount
  }

  get lanes(): readonly Lane[] {
    return [...this.#lanes.values()]
  }

  /** Takes one event and returns what the sender must now do, in order. */
  step(event: DealerEvent, nowMs: number): DealerEffect[] {
    switch (event.type) {
      case 'up':
        this.#lane(event.seedId, nowMs).up(event.publishedChunks, event.bitmap, nowMs)
        this.#cursor = 0
        break
      case 'down':
        this.#lane(event.seedId, nowMs).down(event.sinceMs)
        this.#cursor = 0
        break
      case 'custodians': {
        for (const seedId of event.seedIds) this.#lane(seedId, nowMs)
        const [chosen, ranked] = [new Set(event.seedIds), new Set(event.ranked)]
        const listed = new Set(event.listed)
        for (const lane of this.lanes) {
          lane.isCustodian = chosen.has(lane.seedId)
          lane.isStandIn = !ranked.has(lane.seedId)
          lane.isListed = listed.has(lane.seedId)
        }
        break
      }
      case 'published':
        this.#lane(event.seedId, nowMs).publishedChunks = event.chunkCount
        break
      case 'held':
        this.#poll(this.#lane(event.seedId, nowMs), event, nowMs)
        break
      case 'sealed':
        assert(this.#sealing.delete(event.extent), 'an extent that was asked for')
        this.#ready.add(event.extent)
        break
      case 'uploaded':
        this.#lane(event.seedId, nowMs).uploaded(event.upload, event.tookMs, nowMs)
        break
      case 'pause':
      case 'continue':
        this.#isPaused = event.type === 'pause'
        break
      case 'tick':
        this.#watchGrowth(nowMs)
        break
    }
    return this.#deal(nowMs)
  }

  #poll(
    lane: Lane,
    { bitmap, askedAtMs }: { bitmap: Bytes; askedAtMs: number },
    nowMs: number,
  ): void {
    // An answer that was on its way when the seed went down says nothing any more.
    if (!lane.isUp) return
    const countBefore = lane.held.count
    lane.poll(bitmap, askedAtMs, nowMs)
    if (lane.held.count < countBefore) this.#cursor = 0
  }

  /** Who lacks what others hold, and gets no nearer to it, gets it from here. */
  #watchGrowth(nowMs: number): void {
    const live = this.#liveLanes(nowMs)
    for (const lane of live.filter(({ isUp, isCustodian }) => isUp && isCustodian)) {
      const others = live.filter((other) => other !== lane)
      lane.watchGrowth(lacksAny(lane, others, this.#chunkCount), nowMs)
    }
  }

  #deal(nowMs: number): DealerEffect[] {
    this.#noticeLosses(nowMs)
    const drops = [...this.#ready].filter((extent) => !this.#isWanted(extent, nowMs))
    for (const extent of drops) this.#ready.delete(extent)
    const effects: DealerEffect[] = drops.map((extent) => ({ type: 'drop', extent }))
    if (this.#isPaused) return effects
    effects.push(...this.#upload(nowMs))
    for (const extent of this.#nextToSeal(nowMs)) {
      this.#sealing.add(extent)
      effects.push({ type: 'seal', extent })
    }
    return effects
  }

  #upload(nowMs: number): DealerEffect[] {
    const effects: DealerEffect[] = []
    for (const extent of [...this.#ready].toSorted((a, b) => a - b)) {
      for (
        let lane = this.#laneFor(extent, nowMs);
        lane !== undefined;
        lane = this.#laneFor(extent, nowMs)
      ) {
        const upload = this.#uploadOf(extent, lane, nowMs)
        lane.flying.set(extent, upload)
        lane.dealt += 1
        effects.push({ type: 'upload', seedId: lane.seedId, upload })
      }
    }
    return effects
  }

  /** The seed that gets the extent next: of those with room the one that has fewest on its way, then least. */
  #laneFor(extent: number, nowMs: number): Lane | undefined {
    const end = extent * EXTENT_CHUNKS + extentChunkCount(extent, this.#chunkCount)
    const isMissing = this.#missingBits(extent, nowMs) !== 0 && !this.#isFlying(extent)
    // A stand-in fills itself from the ranked ones; they may not think of looking at it.
    const hasRanked = this.lanes.some((lane) => lane.isUp && lane.isCustodian && !lane.isStandIn)
    return this.lanes
      .filter((lane) => !lane.isStandIn || !hasRanked || lane.isDirect)
      .filter((lane) => lane.hasRoom && lane.publishedChunks >= end && !lane.flying.has(extent))
      .filter((lane) => this.#lackedBits(extent, lane) !== 0 && (isMissing || lane.isDirect))
      .toSorted((a, b) => a.flying.size - b.flying.size || a.dealt - b.dealt)[0]
  }

  #uploadOf(extent: number, lane: Lane, nowMs: number): Upload {
    const lacked = this.#lackedBits(extent, lane)
    const missing = this.#missingBits(extent, nowMs)
    const { offset, count } = runOf(lane.isDirect || missing === 0 ? lacked : missing)
    return { extent, first: extent * EXTENT_CHUNKS + offset, count }
  }

  #nextToSeal(nowMs: number): number[] {
    // Before any seed has said what it holds, all of it may be there already.
    if (!this.lanes.some((lane) => lane.isUp && lane.isCustodian)) return []
    const waiting = [...this.#ready].filter((extent) => !this.#isFlying(extent)).length
    const room = EXTENTS_AHEAD_MAX - waiting - this.#sealing.size
    const extents: number[] = []
    const extentCount = extentCountOf(this.#chunkCount)
    let isFirst = true
    for (let extent = this.#cursor; extent < extentCount && extents.length < room; extent += 1) {
      const isBusy = this.#ready.has(extent) || this.#sealing.has(extent)
      if (!this.#isWanted(extent, nowMs)) {
        if (isFirst) this.#cursor = extent + 1
        continue
      }
      isFirst = false
      if (!isBusy) extents.push(extent)
    }
    return extents
  }

  /** No seed that counts holds all of it, or one that cannot fill itself lacks some of it. */
  #isWanted(extent: number, nowMs: number): boolean {
    if (this.#missingBits(extent, nowMs) !== 0) return true
    return this.lanes.some(
      (lane) =>
        lane.isUp && lane.isCustodian && lane.isDirect && this.#lackedBits(extent, lane) !== 0,
    )
  }

  #isFlying(extent: number): boolean {
    return this.lanes.some((lane) => lane.flying.has(extent))
  }

  /** Chunks of the extent that no seed that counts holds. */
  #missingBits(extent: number, nowMs: number): number {
    const held = this.#liveLanes(nowMs).reduce((bits, lane) => bits | lane.held.bitsOf(extent), 0)
    return this.#fullBits(extent) & ~held
  }

  #lackedBits(extent: number, lane: Lane): number {
    return this.#fullBits(extent) & ~lane.held.bitsOf(extent)
  }

  #fullBits(extent: number): number {
    return fullBits(extentChunkCount(extent, this.#chunkCount))
  }

  /** A seed that was silent for too long, or one that turned direct, opens extents that were done. */
  #noticeLosses(nowMs: number): void {
    const relied = new Set(this.#liveLanes(nowMs).filter((lane) => !lane.isDirect))
    // Not their number: one may be filled in the moment in which another one turns direct.
    if (!this.#relied.isSubsetOf(relied)) this.#cursor = 0
    this.#relied = relied
  }

  #liveLanes(nowMs: number): Lane[] {
    return this.lanes.filter((lane) => lane.isLive(nowMs))
  }

  #lane(seedId: SeedId, nowMs: number): Lane {
    const lane = this.#lanes.get(seedId) ?? new Lane(seedId, this.#chunkCount, nowMs)
    this.#lanes.set(seedId, lane)
    return lane
  }
}
