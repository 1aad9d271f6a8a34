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

  /** When the next one may pass: `nowMs` if one may now. */
  readyMs(nowMs: number): number {
    this.#fill(nowMs)
    if (this.#tokens >= 1) return nowMs
    return nowMs + Math.ceil(((1 - this.#tokens) / this.#rate.perSecond) * SECOND_MS)
  }

  /** @returns Whether one may pass, and counts it if so. */
  take(nowMs: number): boolean {
    if (this.readyMs(nowMs) > nowMs) return false
    this.#tokens -= 1
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
