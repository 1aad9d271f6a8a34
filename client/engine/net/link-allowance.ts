// A minute, but for what commands take to reach this thread: who counts them before keeps the whole minute.
const WINDOW_MS = 55_000

/**
 * How many connections one thread makes for all its shares. A browser allows 500 in a process and gives them back
 * late, so that both those alive and those made in a minute are bounded. D07.
 */
export class LinkAllowance {
  readonly #aliveMax: number
  readonly #perMinuteMax: number
  readonly #nowMs: () => number
  /** When the last ones were made, the oldest first: `perMinuteMax` at most. */
  readonly #madeMs: number[] = []

  constructor(
    aliveMax: number,
    perMinuteMax: number,
    nowMs: () => number = () => performance.now(),
  ) {
    this.#aliveMax = aliveMax
    this.#perMinuteMax = perMinuteMax
    this.#nowMs = nowMs
  }

  /** @returns Whether one more may be made; then it counts as made. */
  take(aliveCount: number): boolean {
    const nowMs = this.#nowMs()
    while ((this.#madeMs[0] ?? nowMs) <= nowMs - WINDOW_MS) this.#madeMs.shift()
    if (aliveCount >= this.#aliveMax || this.#madeMs.length >= this.#perMinuteMax) return false
    this.#madeMs.push(nowMs)
    return true
  }
}
