const SECOND_MS = 1000

export type Rate = Readonly<{ perSecond: number; burst: number }>

/** Lets through `burst` at once and `perSecond` in the long run. */
export class TokenBucket {
  readonly #rate: Rate
  #tokens: number
  #filledAtMs: number | undefined

  constructor(rate: Rate) {
    this.#rate = rate
    this.#tokens = rate.burst
  }

  /** When the next one may pass, or so many of them at once: `nowMs` if they may now. */
  readyMs(nowMs: number, count = 1): number {
    this.#fill(nowMs)
    if (this.#tokens >= count) return nowMs
    return nowMs + Math.ceil(((count - this.#tokens) / this.#rate.perSecond) * SECOND_MS)
  }

  /** @returns Whether one may pass, or `count` of them at once, and counts them if so. */
  take(nowMs: number, count = 1): boolean {
    if (this.readyMs(nowMs, count) > nowMs) return false
    this.#tokens -= count
    return true
  }

  #fill(nowMs: number): void {
    // A clock that was set back fills nothing, and does not stop the bucket either.
    const passedMs = Math.max(0, nowMs - (this.#filledAtMs ?? nowMs))
    this.#filledAtMs = nowMs
    const filled = this.#tokens + (passedMs / SECOND_MS) * this.#rate.perSecond
    this.#tokens = Math.min(this.#rate.burst, filled)
  }
}
