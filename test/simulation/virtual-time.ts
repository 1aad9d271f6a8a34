import { DueQueue } from '../../protocol/custody/due-queue.ts'

/** Time that passes as fast as what happens in it can be computed. */
export class VirtualTime {
  readonly #due = new DueQueue<number>()
  readonly #actions = new Map<number, () => void>()
  #count = 0
  #nowMs: number

  constructor(startMs: number) {
    this.#nowMs = startMs
  }

  get nowMs(): number {
    return this.#nowMs
  }

  /** @returns Takes it back. */
  after(ms: number, action: () => void): () => void {
    this.#count += 1
    const id = this.#count
    this.#actions.set(id, action)
    this.#due.set(id, this.#nowMs + ms)
    return () => {
      this.#actions.delete(id)
      this.#due.delete(id)
    }
  }

  /** Lets time pass. */
  run(ms: number): void {
    const endMs = this.#nowMs + ms
    for (let nextMs = this.#due.nextMs; nextMs !== undefined && nextMs <= endMs;) {
      this.#nowMs = Math.max(this.#nowMs, nextMs)
      const id = this.#due.take(this.#nowMs)
      const action = id === undefined ? undefined : this.#actions.get(id)
      if (id !== undefined) this.#actions.delete(id)
      action?.()
      nextMs = this.#due.nextMs
    }
    this.#nowMs = endMs
  }
}
