/** It is asked several times a second: whatever lasted longer, the machine slept through it. */
const ASLEEP_MS = 30_000

/** Time without what the machine slept through, which is nobody's fault and no reason to give up. */
export class AwakeTime {
  #lastMs: number
  #sleptMs = 0

  constructor(nowMs: number) {
    this.#lastMs = nowMs
  }

  /** @returns `nowMs` without all sleep until then. */
  at(nowMs: number): number {
    const passedMs = nowMs - this.#lastMs
    this.#lastMs = nowMs
    if (passedMs >= ASLEEP_MS) this.#sleptMs += passedMs
    return nowMs - this.#sleptMs
  }
}
