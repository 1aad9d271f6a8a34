import { LateAnswers } from './late-answers.ts'

/** How long a peer may take for the next chunk: slower than 13 kB/s is as good as nothing. */
export const CHUNK_WAIT_MS = 20_000

/** The chunks that one peer was asked for and owes, and those it may still bring though nobody waits. */
export class AskedChunks {
  /** Chunk index to when it was asked for, ms. */
  readonly #askedMs = new Map<number, number>()
  readonly #late = new LateAnswers<number>()
  /** When the last one came. */
  #lastMs = -Infinity

  has(index: number): boolean {
    return this.#askedMs.has(index)
  }

  /** From when on its silence is a strike; undefined while nothing is owed. Each chunk that comes gives it new time. */
  get deadlineMs(): number | undefined {
    const first = this.#askedMs.values().next().value
    return first === undefined ? undefined : Math.max(first, this.#lastMs) + CHUNK_WAIT_MS
  }

  /** One that is still late may then come twice. */
  ask(index: number, nowMs: number): void {
    this.#askedMs.set(index, nowMs)
  }

  /** What came: owed, or late, or never asked for. */
  settle(index: number, nowMs: number): 'owed' | 'late' | 'unasked' {
    if (this.#askedMs.delete(index)) {
      this.#lastMs = nowMs
      return 'owed'
    }
    return this.#late.take(index) ? 'late' : 'unasked'
  }

  /** The other said that it will not come. @returns False if it was not owed. */
  refuse(index: number): boolean {
    return this.#askedMs.delete(index)
  }

  /** It is not waited for any more, and may come all the same. @returns False if it was not owed. */
  giveUp(index: number): boolean {
    if (!this.#askedMs.delete(index)) return false
    this.#late.add(index)
    return true
  }

  /** Gives all up. @returns What was owed. */
  giveUpAll(): number[] {
    const owed = [...this.#askedMs.keys()]
    for (const index of owed) this.giveUp(index)
    return owed
  }
}
