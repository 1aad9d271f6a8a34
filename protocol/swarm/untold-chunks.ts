/** What came is told to the others together, so often at most: the first after a pause at once. */
const TELL_MS = 2000

/** The chunks that came and that not everybody was told of yet. */
export class UntoldChunks {
  readonly #indexes: number[] = []
  #dueMs = Infinity
  #toldMs = -Infinity

  /** When all are to be told, Infinity if there is nothing to tell. */
  get dueMs(): number {
    return this.#dueMs
  }

  get indexes(): readonly number[] {
    return this.#indexes
  }

  add(indexes: readonly number[], nowMs: number): void {
    for (const index of indexes) this.#indexes.push(index)
    if (this.#dueMs === Infinity) this.#dueMs = Math.max(nowMs, this.#toldMs + TELL_MS)
  }

  /** @returns What to tell everybody now. */
  take(nowMs: number): readonly number[] {
    if (nowMs < this.#dueMs) return []
    this.#dueMs = Infinity
    this.#toldMs = nowMs
    return this.#indexes.splice(0)
  }
}
