import type { ChunkSet } from './chunk-set.ts'
import type { FetchRun } from './fetch-run.ts'

/** A chunk that is wanted next. It is in memory, or on its way there, until it is saved. */
export type WindowChunk = {
  readonly index: number
  /** Verified and handed on: only saving is left. */
  isFetched: boolean
  /** Who was asked for it: usually one, two when the first is late. */
  readonly runs: FetchRun[]
}

/**
 * The wanted chunks that may be asked for now, in the order of the stream. Its size bounds the memory of a
 * download: a chunk leaves it only when it is saved.
 */
export class FetchWindow {
  readonly #wanted: ChunkSet
  readonly #sizeMax: number
  /** In ascending order, because they come in that order. */
  readonly #chunks = new Map<number, WindowChunk>()
  #cursor = 0
  #fetchedCount = 0

  /** @param wanted - Not yet saved; chunks are taken out as they are. */
  constructor(wanted: ChunkSet, sizeMax: number) {
    this.#wanted = wanted
    this.#sizeMax = sizeMax
  }

  /** Lets chunks in up to `publishedCount`, the end of what exists. */
  fill(publishedCount: number): void {
    while (this.#chunks.size < this.#sizeMax) {
      const index = this.#wanted.nextFrom(this.#cursor)
      if (index === undefined || index >= publishedCount) return
      this.#chunks.set(index, { index, isFetched: false, runs: [] })
      this.#cursor = index + 1
    }
  }

  get(index: number): WindowChunk | undefined {
    return this.#chunks.get(index)
  }

  [Symbol.iterator](): IterableIterator<WindowChunk> {
    return this.#chunks.values()
  }

  get size(): number {
    return this.#chunks.size
  }

  get isFull(): boolean {
    return this.#chunks.size >= this.#sizeMax
  }

  /** How many wait to be saved. */
  get fetchedCount(): number {
    return this.#fetchedCount
  }

  /** Whether the window ends here, though more chunks follow. */
  endsBefore(index: number): boolean {
    return this.isFull && index >= this.#cursor
  }

  markFetched(chunk: WindowChunk): void {
    chunk.isFetched = true
    this.#fetchedCount += 1
  }

  /** @returns False if it was not in the window: saved before. */
  markSaved(index: number): boolean {
    const chunk = this.#chunks.get(index)
    if (chunk === undefined || !chunk.isFetched) return false
    this.#chunks.delete(index)
    this.#wanted.delete(index)
    this.#fetchedCount -= 1
    return true
  }

  /** Wanted chunks that are not saved. */
  get leftCount(): number {
    return this.#wanted.size
  }
}
