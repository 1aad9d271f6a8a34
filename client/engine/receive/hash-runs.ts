import type { Bytes } from '../../../protocol/bytes.ts'
import { HASH_BYTES } from '../../../protocol/hash-list.ts'
import { EXTENT_CHUNKS, EXTENTS_SHOWN_MAX } from '../../../protocol/limits.ts'
import { unlessAborted } from '../delay.ts'

const EXTENT_HASHES_BYTES = EXTENT_CHUNKS * HASH_BYTES
const KEPT_MAX = 4 * EXTENTS_SHOWN_MAX

/** Chunk hashes of `first` and of extents behind it, as many as whoever is asked likes to show. */
type AskRun = (first: number, signal: AbortSignal) => Promise<Bytes>

/** Chunk hashes of one extent after the other, with a request for many: each is handed out once. */
export class HashRuns {
  readonly #ask: AskRun
  /** Runs that are on their way, by their first extent: each ends without a fault. */
  readonly #coming = new Map<number, Promise<void>>()
  /** Of whole extents only: those never change, and the last one of a live share does. */
  readonly #kept = new Map<number, Bytes>()

  constructor(ask: AskRun) {
    this.#ask = ask
  }

  /** @returns Those of one extent; fewer where it is the last one. @throws What asking throws. */
  async get(extent: number, signal: AbortSignal): Promise<Bytes> {
    for (;;) {
      const kept = this.#kept.get(extent)
      this.#kept.delete(extent)
      if (kept !== undefined) return kept
      const coming = this.#runWith(extent)
      if (coming === undefined) return this.#load(extent, signal)
      // It may bring fewer, or fail: then one of those who waited asks anew.
      await unlessAborted(coming, signal)
    }
  }

  #runWith(extent: number): Promise<void> | undefined {
    for (const [first, run] of this.#coming)
      if (first <= extent && extent < first + EXTENTS_SHOWN_MAX) return run
    return undefined
  }

  async #load(first: number, signal: AbortSignal): Promise<Bytes> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#coming.set(first, promise)
    try {
      const hashes = await this.#ask(first, signal)
      this.#keep(first, hashes)
      return hashes.slice(0, EXTENT_HASHES_BYTES)
    } finally {
      this.#coming.delete(first)
      resolve()
    }
  }

  #keep(first: number, hashes: Bytes): void {
    const count = Math.floor(hashes.length / EXTENT_HASHES_BYTES)
    for (let i = 1; i < count; i += 1) {
      const start = i * EXTENT_HASHES_BYTES
      this.#kept.set(first + i, hashes.slice(start, start + EXTENT_HASHES_BYTES))
    }
    for (const [oldest] of this.#kept) if (this.#kept.size > KEPT_MAX) this.#kept.delete(oldest)
  }
}
