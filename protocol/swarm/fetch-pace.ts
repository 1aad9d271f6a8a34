import type { SourceTraits } from './fetch-source.ts'

const BIN_MS = 1000
/** What counts as now: a chunk of a peer comes whole, and makes a second look fast or idle. */
const NOW_BINS = 4
const PAST_BINS = 30
/** Seeds rest while peers alone bring so much of the best that was seen. */
const ENOUGH = 0.95

type Bin = { atMs: number; bytes: number; peerBytes: number }

/** What came each second, from all and from peers. */
export class FetchPace {
  /** Oldest first. */
  readonly #bins: Bin[] = []

  take(bytes: number, { isPeer, isLocal }: SourceTraits, nowMs: number): void {
    // What is read again here came before, and shows nothing of what a line carries.
    if (isLocal === true) return
    const atMs = Math.floor(nowMs / BIN_MS) * BIN_MS
    let bin = this.#bins.at(-1)
    if (bin?.atMs !== atMs) {
      bin = { atMs, bytes: 0, peerBytes: 0 }
      this.#bins.push(bin)
      if (this.#bins.length > PAST_BINS) this.#bins.shift()
    }
    bin.bytes += bytes
    if (isPeer === true) bin.peerBytes += bytes
  }

  /**
   * Whether peers alone are about as fast as it ever was lately, and as the seeds would be.
   *
   * @param seedsPerMs - What the seeds brought when they were last asked, together.
   */
  isPeersEnough(seedsPerMs: number, nowMs: number): boolean {
    const last = Math.floor(nowMs / BIN_MS) * BIN_MS - BIN_MS
    const peers = this.#mean(last, ({ peerBytes }) => peerBytes)
    if (peers === 0 || peers < ENOUGH * seedsPerMs) return false
    for (const { atMs } of this.#bins) {
      if (atMs > last || atMs <= last - PAST_BINS * BIN_MS) continue
      if (peers < ENOUGH * this.#mean(atMs, ({ bytes }) => bytes)) return false
    }
    return true
  }

  /** Bytes a ms, over the bins that end with this one. */
  #mean(lastMs: number, bytesOf: (bin: Bin) => number): number {
    let bytes = 0
    for (const bin of this.#bins) {
      if (bin.atMs <= lastMs && bin.atMs > lastMs - NOW_BINS * BIN_MS) bytes += bytesOf(bin)
    }
    return bytes / (NOW_BINS * BIN_MS)
  }
}
