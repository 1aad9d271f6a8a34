import { createStore, get, update } from 'idb-keyval'
import { keptAtBest } from './keeping.ts'

const store = createStore('skerry-given', 'given')
const KEY = 'recipient'
const DAY_MS = 86_400_000

type Kept = Readonly<{ sinceMs: number; bytes: number }>

/** How much this browser gave to others within the current 24 hours, over all its pages. */
export class GivenLog {
  readonly #nowMs: () => number
  #known: Kept

  private constructor(known: Kept, nowMs: () => number) {
    this.#known = known
    this.#nowMs = nowMs
  }

  static async load(nowMs: () => number = Date.now): Promise<GivenLog> {
    return new GivenLog(current(await keptAtBest(() => get(KEY, store)), nowMs()), nowMs)
  }

  get bytes(): number {
    return current(this.#known, this.#nowMs()).bytes
  }

  /** Adds to what this page and others gave. */
  async add(bytes: number): Promise<void> {
    const before = this.#known
    const grow = (kept: unknown): Kept => {
      const { sinceMs, bytes: given } = current(kept ?? before, this.#nowMs())
      this.#known = { sinceMs, bytes: given + bytes }
      return this.#known
    }
    // At once, and also where the browser keeps nothing.
    grow(before)
    await keptAtBest(() => update(KEY, grow, store))
  }
}

/** What still counts. */
function current(kept: unknown, nowMs: number): Kept {
  const isKept = typeof kept === 'object' && kept !== null && 'sinceMs' in kept && 'bytes' in kept
  const { sinceMs, bytes } = isKept ? kept : { sinceMs: 0, bytes: 0 }
  const isValid = typeof sinceMs === 'number' && typeof bytes === 'number'
  return isValid && nowMs - sinceMs < DAY_MS && sinceMs <= nowMs
    ? { sinceMs, bytes }
    : { sinceMs: nowMs, bytes: 0 }
}
