import { trimOldest } from '../trim-oldest.ts'

/** Names of what may still come: so many are remembered. */
const LATE_MAX = 64

/**
 * What is not waited for any more, and may come all the same: once for each time that it was asked for and given up.
 * Forgets what was given up longest ago.
 */
export class LateAnswers<Name extends number | string> {
  readonly #counts = new Map<Name, number>()

  add(name: Name): void {
    const count = this.#counts.get(name) ?? 0
    this.#counts.delete(name)
    this.#counts.set(name, count + 1)
    trimOldest(this.#counts, LATE_MAX)
  }

  /** It came. @returns Whether it may have. */
  take(name: Name): boolean {
    const count = this.#counts.get(name)
    if (count === undefined) return false
    if (count === 1) this.#counts.delete(name)
    else this.#counts.set(name, count - 1)
    return true
  }
}
