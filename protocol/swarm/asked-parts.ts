import type { Ask } from '../wire/ask.ts'
import { LateAnswers } from './late-answers.ts'

/** How long a peer may take for hashes or a slice of the index. */
const PART_WAIT_MS = 20_000

type Pending = Readonly<{ ask: Ask; dueMs: number }>

/** The hashes and slices of the index that one end asked of the other. */
export class AskedParts {
  readonly #pending = new Map<string, Pending>()
  readonly #late = new LateAnswers<string>()

  get size(): number {
    return this.#pending.size
  }

  get deadlineMs(): number | undefined {
    return this.#pending.values().next().value?.dueMs
  }

  /** @returns False if it is asked for already. */
  add(ask: Ask, nowMs: number): boolean {
    const key = keyOf(ask.what, ask.first)
    if (this.#pending.has(key)) return false
    this.#pending.set(key, { ask, dueMs: nowMs + PART_WAIT_MS })
    return true
  }

  /** What came, or was refused: owed, late, or never asked for. */
  settle(what: Ask['what'], first: number): 'owed' | 'late' | 'unasked' {
    const key = keyOf(what, first)
    if (this.#pending.delete(key)) return 'owed'
    return this.#late.take(key) ? 'late' : 'unasked'
  }

  /** Gives up what is over due; all of it without a time. */
  expire(nowMs = Infinity): Ask[] {
    const over = [...this.#pending].filter(([, { dueMs }]) => dueMs <= nowMs)
    for (const [key] of over) {
      this.#pending.delete(key)
      this.#late.add(key)
    }
    return over.map(([, { ask }]) => ask)
  }
}

function keyOf(what: Ask['what'], first: number): string {
  return `${what} ${first}`
}
