const FIND_MS = 5000
const FIND_MS_MAX = 60_000

/** When to ask the room for more members: soon at first, more and more seldom where nobody new is there. */
export class FindTimer {
  #waitMs = FIND_MS
  #nextMs: number

  constructor(nowMs: number) {
    this.#nextMs = nowMs + FIND_MS
  }

  get nextMs(): number {
    return this.#nextMs
  }

  /** @returns Whether to ask now. */
  take(nowMs: number): boolean {
    if (nowMs < this.#nextMs) return false
    this.#nextMs = nowMs + this.#waitMs
    this.#waitMs = Math.min(FIND_MS_MAX, 2 * this.#waitMs)
    return true
  }

  /** Somebody new was there, or somebody left. */
  quicken(nowMs: number): void {
    this.#waitMs = FIND_MS
    this.#nextMs = Math.min(this.#nextMs, nowMs + FIND_MS)
  }
}
