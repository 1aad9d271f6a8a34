/** What a recipient has saved: each chunk as it comes, as the command does, or in the order of the stream, as a page. */
export class Saves {
  readonly #isInOrder: boolean
  readonly #waiting = new Set<number>()
  #count = 0

  constructor(isInOrder: boolean) {
    this.#isInOrder = isInOrder
  }

  /** How many are saved. */
  get count(): number {
    return this.#count
  }

  /** A chunk came. @returns Those that are saved now. */
  take(index: number): number[] {
    const saved: number[] = []
    this.#waiting.add(index)
    for (let next = this.#next(index); this.#waiting.delete(next); next = this.#next(index)) {
      saved.push(next)
      this.#count += 1
    }
    return saved
  }

  #next(index: number): number {
    return this.#isInOrder ? this.#count : index
  }
}
