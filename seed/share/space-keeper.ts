import { TransferError } from '../../protocol/errors.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { SeedLimits } from '../seed-limits.ts'
import type { ExtentStore, StoreSpace } from '../store/extent-store.ts'

type SpaceParts = Readonly<{
  store: ExtentStore
  catalog: Catalog
  limits: Pick<SeedLimits, 'capacityBytes' | 'reserveBytes' | 'highWaterShare'>
  nowMs: () => number
}>

const GIB = 2 ** 30
const RESERVE_SHARE = 0.05
// The disk is asked again after this: often enough beside a reserve of a gigabyte.
const FRESH_MS = 500

/** Decides whether there is room, so that the disk itself never has to say no. */
export class SpaceKeeper {
  readonly #parts: SpaceParts
  #space: StoreSpace | undefined
  #askedAtMs = 0
  #promisedBytes = 0
  /** The operator asked this seed to take no more shares. */
  isDraining = false

  constructor(parts: SpaceParts) {
    this.#parts = parts
  }

  /** Whole bytes that could still be stored. */
  async freeBytes(): Promise<number> {
    return Math.max(0, Math.floor((await this.#capacityBytes()) - this.#usedBytes))
  }

  async state(): Promise<'open' | 'full' | 'draining'> {
    if (this.isDraining) return 'draining'
    return (await this.isShort()) ? 'full' : 'open'
  }

  /** Above the high-water mark. */
  async isShort(): Promise<boolean> {
    const capacityBytes = await this.#capacityBytes()
    return this.#usedBytes >= capacityBytes * this.#parts.limits.highWaterShare
  }

  /** @throws {TransferError} STORE_FULL unless a new share of up to `bytes` is welcome. */
  async checkNewShare(bytes: number): Promise<void> {
    if (this.isDraining) throw full('This seed takes no new shares: it is about to leave.')
    if (await this.isShort()) throw full('This seed is full and takes no new shares.')
    if ((await this.freeBytes()) < bytes)
      throw full('This seed has no room for a share that large.')
  }

  /** Runs an operation that stores up to `bytes`, with that much room set aside. @throws {TransferError} STORE_FULL */
  async within<T>(bytes: number, operation: () => Promise<T>): Promise<T> {
    if ((await this.freeBytes()) < bytes) throw full('This seed is full.')
    this.#promisedBytes += bytes
    try {
      return await operation()
    } finally {
      this.#promisedBytes -= bytes
    }
  }

  get #usedBytes(): number {
    return this.#parts.catalog.storedBytes + this.#promisedBytes
  }

  /** What the operator allows, or the disk has for this seed: what it holds and what is free but for the reserve. */
  async #capacityBytes(): Promise<number> {
    const { limits, catalog } = this.#parts
    const { freeBytes, totalBytes } = await this.#askSpace()
    const reserveBytes = limits.reserveBytes ?? Math.max(GIB, totalBytes * RESERVE_SHARE)
    const usableBytes = catalog.storedBytes + Math.max(0, freeBytes - reserveBytes)
    return Math.min(usableBytes, limits.capacityBytes ?? usableBytes)
  }

  async #askSpace(): Promise<StoreSpace> {
    const nowMs = this.#parts.nowMs()
    if (this.#space === undefined || Math.abs(nowMs - this.#askedAtMs) >= FRESH_MS) {
      this.#space = await this.#parts.store.getSpace()
      this.#askedAtMs = nowMs
    }
    return this.#space
  }
}

function full(message: string): TransferError {
  return new TransferError('STORE_FULL', message)
}
