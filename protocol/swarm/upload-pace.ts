/** A chunk should not take longer on its way to a peer: on a slow line fewer are served at a time. */
const CHUNK_MS = 4000

/** How many can be served at a time on this line: as many as get their chunks in good time. */
export class UploadPace {
  readonly #countMax: number
  #count: number
  /** Since the last change. */
  #samples = 0
  #sumMs = 0

  constructor(countMax: number) {
    this.#countMax = countMax
    // Until it is known how they fare: in a crowd's first seconds a place less is a newcomer that waits.
    this.#count = countMax
  }

  get count(): number {
    return this.#count
  }

  /** A chunk was so long on its way. */
  take(chunkMs: number): void {
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
