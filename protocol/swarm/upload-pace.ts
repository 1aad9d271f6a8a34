/** A chunk should not take longer on its way to a peer: on a slow line fewer are served at a time. */
const CHUNK_MS = 4000
/** What takes so many times as long as others took is not on its way any more. */
const STALL_TIMES = 4
/** Not sooner: the line of a peer may be slower than those of the others. */
const STALL_MS_MIN = 1000
const STALL_MS_MAX = 10_000
/** What chunks take is a mean of about as many, the latest. */
const LATEST_COUNT = 8

/** How many can be served at a time on this line, as many as get their chunks in good time; and what that time is. */
export class UploadPace {
  readonly #countMax: number
  #count: number
  /** Since the last change. */
  #samples = 0
  #sumMs = 0
  #usualMs = STALL_MS_MAX / STALL_TIMES
  #usualCount = 0
  #lastMs = -Infinity

  constructor(countMax: number) {
    this.#countMax = countMax
    // Until it is known how they fare: in a crowd's first seconds a place less is a newcomer that waits.
    this.#count = countMax
  }

  get count(): number {
    return this.#count
  }

  /** So long may a chunk be on its way before it holds nobody's place any more. */
  get stallMs(): number {
    return Math.max(STALL_MS_MIN, Math.min(STALL_MS_MAX, STALL_TIMES * this.#usualMs))
  }

  /** Something came to anybody since then: this end's line is not what stalls. */
  hasArrivedSince(ms: number): boolean {
    return this.#lastMs > ms
  }

  /** A chunk was so long on its way. */
  take(chunkMs: number, nowMs: number): void {
    this.#lastMs = nowMs
    this.#usualCount = Math.min(LATEST_COUNT, this.#usualCount + 1)
    this.#usualMs += (chunkMs - this.#usualMs) / this.#usualCount
    this.#samples += 1
    this.#sumMs += chunkMs
    // Chunks that left under the last count tell nothing of this one.
    if (this.#samples < 2 * this.#count) return
    const fitting = Math.round((this.#count * CHUNK_MS * this.#samples) / this.#sumMs)
    this.#count = Math.max(1, Math.min(this.#countMax, 2 * this.#count, fitting))
    this.#samples = 0
    this.#sumMs = 0
  }
}
