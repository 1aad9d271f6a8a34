import type { FetchEffect, FetchEvent } from '../../../protocol/swarm/fetch-event.ts'

const STORE = 'store'
const STORE_TRAITS = { runChunksMax: 16, runsMax: 1, isLocal: true }

/**
 * Where chunks go: with the command each is saved as it comes; a page saves in the order of the stream, and keeps
 * what comes in a store on its disk, which is quick.
 */
export class Saves {
  readonly #isPage: boolean
  readonly #tell: (event: FetchEvent) => void
  /** Others can have it from here on. */
  readonly #hold: (index: number) => void
  readonly #waiting = new Set<number>()
  readonly #kept = new Set<number>()
  #count = 0

  constructor(
    isPage: boolean,
    told: Readonly<{ tell: (event: FetchEvent) => void; hold: (index: number) => void }>,
  ) {
    this.#isPage = isPage
    this.#tell = told.tell
    this.#hold = told.hold
  }

  /** How many are saved. */
  get count(): number {
    return this.#count
  }

  start(): void {
    if (!this.#isPage) return
    this.#tell({ type: 'join', source: STORE, traits: STORE_TRAITS })
    this.#tell({ type: 'held', source: STORE, held: this.#kept })
  }

  /** A chunk came, and is saved once it is its turn. */
  take(index: number): void {
    this.#waiting.add(index)
    for (let next = this.#next(index); this.#waiting.delete(next); next = this.#next(index)) {
      this.#count += 1
      this.#tell({ type: 'saved', index: next })
    }
    this.keep(index)
  }

  keep(index: number): void {
    if (this.#kept.has(index)) return
    this.#kept.add(index)
    if (this.#isPage) this.#tell({ type: 'gained', source: STORE, indexes: [index] })
    this.#hold(index)
  }

  /** @returns False if it is not the store that is asked. */
  answer({ run, source, first, count }: Extract<FetchEffect, { type: 'request' }>): boolean {
    if (source !== STORE) return false
    for (let at = 0; at < count; at += 1) this.#tell({ type: 'chunk', run, index: first + at })
    this.#tell({ type: 'end', run })
    return true
  }

  #next(index: number): number {
    return this.#isPage ? this.#count : index
  }
}
