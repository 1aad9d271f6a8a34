/** An open slot that is not used is named again after so long, and then each time twice as late. */
const AGAIN_MS = 2000
const AGAIN_MS_MAX = 60_000

/**
 * What the other end was told of its slot. The channel keeps no order: where "closed" was lost and comes once more
 * behind "open", it would never ask again. Where it asks though its slot is closed, that is named with the answer.
 */
export class SlotWord {
  #isOpen = false
  #waitMs = AGAIN_MS
  #dueMs = Infinity

  get isOpen(): boolean {
    return this.#isOpen
  }

  /** When it is to be looked at, undefined while it is closed. */
  get deadlineMs(): number | undefined {
    return this.#dueMs === Infinity ? undefined : this.#dueMs
  }

  /** @returns False if it was so before. */
  set(isOpen: boolean, nowMs: number): boolean {
    if (this.#isOpen === isOpen) return false
    this.#isOpen = isOpen
    this.#waitMs = AGAIN_MS
    this.#dueMs = isOpen ? nowMs + AGAIN_MS : Infinity
    return true
  }

  /** @returns Whether to name it again. */
  expire(isUsed: boolean, nowMs: number): boolean {
    if (nowMs < this.#dueMs) return false
    this.#waitMs = isUsed ? AGAIN_MS : Math.min(2 * this.#waitMs, AGAIN_MS_MAX)
    this.#dueMs = nowMs + this.#waitMs
    return !isUsed
  }
}
