import type { Bytes } from '../../../protocol/bytes.ts'
import {
  EXTENT_CHUNKS,
  LANE_BODIES_MAX,
  REPLICATION_STALL_MS,
  SEED_SILENT_MS,
} from '../../../protocol/limits.ts'
import type { SeedId } from '../../../protocol/seed-id.ts'
import { bitCountOf } from '../../../protocol/bitmap.ts'
import { HeldMap } from './held-map.ts'

/** One body: `count` chunks from chunk `first` on, all of one extent. */
export type Upload = Readonly<{ extent: number; first: number; count: number }>

type Acknowledged = Readonly<{ upload: Upload; atMs: number }>

/** A body this quick leaves room for a second one beside it; one this slow does not. */
const BODY_QUICK_MS = 2000
const BODY_SLOW_MS = 10_000

/** What a sender knows of one seed: what it holds, what is on its way, and whether it answers. */
export class Lane {
  readonly seedId: SeedId
  readonly held: HeldMap
  /** By extent. */
  readonly flying = new Map<number, Upload>()
  isCustodian = false
  /** It stands in for a seed that refuses or is silent. */
  isStandIn = false
  /** In the directory as it is now. */
  isListed = true
  /** It does not fill itself from the others, so it gets everything from here. */
  isDirect = false
  /** n of the checkpoint it accepted last. */
  publishedChunks = 0
  /** How many bodies it was ever given: the seed with fewer is next. */
  dealt = 0
  #isUp = false
  #downSinceMs: number
  #grewAtMs = 0
  // A slow line would carry four bodies for minutes before the first is known to have arrived.
  #slots = 1
  #acknowledged: Acknowledged[] = []

  constructor(seedId: SeedId, chunkCount: number, nowMs: number) {
    this.seedId = seedId
    this.held = new HeldMap(chunkCount)
    this.#downSinceMs = nowMs
  }

  get isUp(): boolean {
    return this.#isUp
  }

  get hasRoom(): boolean {
    return this.#isUp && this.isCustodian && this.flying.size < this.#slots
  }

  /** False once it was silent for so long, or left, that what it holds no longer counts. */
  isLive(nowMs: number): boolean {
    if (!this.isListed) return false
    return this.#isUp || nowMs - this.#downSinceMs < SEED_SILENT_MS
  }

  up(publishedChunks: number, bitmap: Bytes, nowMs: number): void {
    this.#isUp = true
    this.#grewAtMs = nowMs
    this.publishedChunks = publishedChunks
    this.#acknowledged = []
    this.held.replace(bitmap)
  }

  down(sinceMs: number): void {
    this.#downSinceMs = sinceMs
    this.#isUp = false
    this.#slots = 1
    this.flying.clear()
  }

  /** @param askedAtMs - A body acknowledged since then may be missing in the answer, and is held all the same. */
  poll(bitmap: Bytes, askedAtMs: number, nowMs: number): void {
    const countBefore = this.held.count
    this.held.replace(bitmap)
    this.#acknowledged = this.#acknowledged.filter(({ atMs }) => atMs >= askedAtMs)
    for (const { upload } of this.#acknowledged) this.held.addRun(upload.first, upload.count)
    if (this.held.count > countBefore + this.#flyingCount()) this.#grewAtMs = nowMs
  }

  uploaded(upload: Upload, tookMs: number, nowMs: number): void {
    this.flying.delete(upload.extent)
    this.held.addRun(upload.first, upload.count)
    this.#acknowledged.push({ upload, atMs: nowMs })
    if (tookMs < BODY_QUICK_MS) this.#slots = LANE_BODIES_MAX
    if (tookMs > BODY_SLOW_MS) this.#slots = 1
  }

  /** @param isLacking - Whether others hold something that this seed does not. */
  watchGrowth(isLacking: boolean, nowMs: number): void {
    if (!isLacking) this.#grewAtMs = nowMs
    this.isDirect = this.#isUp && nowMs - this.#grewAtMs >= REPLICATION_STALL_MS
  }

  #flyingCount(): number {
    return [...this.flying.values()].reduce((sum, { count }) => sum + count, 0)
  }
}

/** Whether one of `others` holds any chunk that `lane` does not. */
export function lacksAny(lane: Lane, others: readonly Lane[], chunkCount: number): boolean {
  const extentCount = Math.ceil(chunkCount / EXTENT_CHUNKS)
  for (let extent = 0; extent < extentCount; extent += 1) {
    const union = others.reduce((bits, other) => bits | other.held.bitsOf(extent), 0)
    if (bitCountOf(union & ~lane.held.bitsOf(extent)) > 0) return true
  }
  return false
}
