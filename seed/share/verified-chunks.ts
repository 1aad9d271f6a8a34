import { EXTENT_CHUNKS } from '../../protocol/limits.ts'
import type { ExtentPlace, ExtentReader } from '../store/extent-store.ts'

type Seen = { version: string; untilMs: number; bits: number }

const REMEMBERED_MS = 10 * 60_000
const EXTENTS_MAX = 65_536

/**
 * Remembers which chunks were hashed and found good a short while ago, so that a popular share is not hashed
 * for every download: a gigabyte costs 1.7 s of CPU time with its hashes and 0.6 s without.
 *
 * A chunk is hashed again once anybody wrote to its extent, and after 10 minutes in any case. Within them the
 * bytes come from the same page cache that was hashed; rot on the disk below shows when they are read from it
 * again, to the scrub, and to every recipient, who hashes what arrives.
 */
export class VerifiedChunks {
  readonly #nowMs: () => number
  readonly #seen = new Map<string, Seen>()

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  has(place: ExtentPlace, { version }: ExtentReader, index: number): boolean {
    const seen = this.#seen.get(keyOf(place))
    if (seen === undefined || seen.version !== version || this.#isOld(seen)) return false
    return (seen.bits & bitOf(index)) !== 0
  }

  add(place: ExtentPlace, { version }: ExtentReader, index: number): void {
    if (version === undefined) return
    const key = keyOf(place)
    const seen = this.#seen.get(key)
    if (seen !== undefined && seen.version === version && !this.#isOld(seen)) {
      seen.bits |= bitOf(index)
      return
    }
    this.#seen.delete(key)
    // The time counts from the first chunk of an extent: none is remembered for longer.
    this.#seen.set(key, { version, untilMs: this.#nowMs() + REMEMBERED_MS, bits: bitOf(index) })
    if (this.#seen.size > EXTENTS_MAX) this.#dropOldest()
  }

  #isOld({ untilMs }: Seen): boolean {
    const leftMs = untilMs - this.#nowMs()
    return leftMs <= 0 || leftMs > REMEMBERED_MS
  }

  #dropOldest(): void {
    for (const key of this.#seen.keys()) {
      this.#seen.delete(key)
      return
    }
  }
}

function keyOf({ shareId, extent }: ExtentPlace): string {
  return `${shareId}/${extent}`
}

function bitOf(index: number): number {
  return 1 << (index % EXTENT_CHUNKS)
}
