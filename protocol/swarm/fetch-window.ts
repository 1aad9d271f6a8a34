import type { ChunkSet } from './chunk-set.ts'
import type { FetchRun } from './fetch-run.ts'

/** A chunk that is wanted next. It is in memory, or on its way there, until it is saved. */
export type WindowChunk = {
  readonly index: number
  /** Verified and handed on: only saving is left. */
  isFetched: boolean
  /** Who was asked for it: usually one, two when the first is late. */
  readonly runs: FetchRun[]
  /** How many peers have it. */
  holderCount: number
  /** Its place among the open ones, -1 if it is not open. */
  openPlace: number
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
  /** Those that nobody was asked for, in no order. */
  readonly #open: WindowChunk[] = []
  #cursor = 0
  #fetchedCount = 0

  /** @param wanted - Not yet saved; chunks are taken out as they are. */
  constructor(wanted: ChunkSet, sizeMax: number) {
    this.#wanted = wanted
    this.#sizeMax = sizeMax
  }

  /**
   * Lets chunks in up to `publishedCount`, the end of what exists.
   *
   * @returns Whether any came.
   */
  fill(publishedCount: number, holderCountOf: (index: number) => number): boolean {
    let isChanged = false
    while (this.#chunks.size < this.#sizeMax) {
      const index = this.#wanted.nextFrom(this.#cursor)
      if (index === undefined || index >= publishedCount) break
      const holderCount = holderCountOf(index)
      const chunk = { index, isFetched: false, runs: [], holderCount, openPlace: -1 }
      this.#chunks.set(index, chunk)
      this.#setOpen(chunk)
      this.#cursor = index + 1
      isChanged = true
    }
    return isChanged
  }

  get(index: number): WindowChunk | undefined {
    return this.#chunks.get(index)
  }

  [Symbol.iterator](): IterableIterator<WindowChunk> {
    return this.#chunks.values()
  }

  /** Chunks that nobody was asked for, in no order. */
  get open(): readonly WindowChunk[] {
    return this.#open
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

  /** Wanted chunks that nobody was asked for, those behind the window included. */
  get unaskedCount(): number {
    return this.#open.length + this.#wanted.size - this.#chunks.size
  }

  /** It is full, and more chunks follow. */
  get isCut(): boolean {
    return this.isFull && this.#wanted.size > this.#chunks.size
  }

  /** Whether the window ends here, though more chunks follow. */
  endsBefore(index: number): boolean {
    return this.isCut && index >= this.#cursor
  }

  /** Somebody was asked for it. */
  ask(chunk: WindowChunk, run: FetchRun): void {
    chunk.runs.push(run)
    this.#setOpen(chunk)
  }

  /** Somebody is not waited for any more. */
  unask(chunk: WindowChunk, run: FetchRun): void {
    const place = chunk.runs.indexOf(run)
    if (place < 0) return
    chunk.runs.splice(place, 1)
    this.#setOpen(chunk)
  }

  markFetched(chunk: WindowChunk): void {
    chunk.isFetched = true
    this.#fetchedCount += 1
    this.#setOpen(chunk)
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

  #setOpen(chunk: WindowChunk): void {
    const isOpen = !chunk.isFetched && chunk.runs.length === 0
    if (isOpen === chunk.openPlace >= 0) return
    if (isOpen) {
      chunk.openPlace = this.#open.length
      this.#open.push(chunk)
      return
    }
    // The last one takes its place.
    const last = this.#open.pop()
    if (last !== undefined && last !== chunk) {
      this.#open[chunk.openPlace] = last
      last.openPlace = chunk.openPlace
    }
    chunk.openPlace = -1
  }
}
