import { DIRECTORY_FRESH_MS } from '../limits.ts'

// Clocks are set right by a little all the time.
const CLOCK_BACK_MS_MAX = 60_000

/** Since when the directories have been fresh without a gap. Any doubt about the clock is a gap. */
export class FreshTime {
  #sinceMs: number | undefined
  #seenMs: number | undefined

  get sinceMs(): number | undefined {
    return this.#sinceMs
  }

  /** What an earlier run saw, last at `seenMs`. */
  restore(sinceMs: number, seenMs: number): void {
    this.#sinceMs = sinceMs
    this.#seenMs = seenMs
  }

  see(isFresh: boolean, nowMs: number): void {
    const pausedMs = nowMs - (this.#seenMs ?? nowMs)
    const isGap = pausedMs < -CLOCK_BACK_MS_MAX || pausedMs >= DIRECTORY_FRESH_MS
    this.#seenMs = nowMs
    if (!isFresh) this.#sinceMs = undefined
    else if (isGap) this.#sinceMs = nowMs
    else this.#sinceMs ??= nowMs
  }
}
