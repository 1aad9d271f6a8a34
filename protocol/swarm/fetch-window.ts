import type { ChunkSet } from './chunk-set.ts'
import type { FetchRun } from './fetch-run.ts'

/** A chunk that is wanted next. */
export type WindowChunk = {
  readonly index: number
  /** Verified and handed on: only saving is left, or reading it again where it was kept. */
  isFetched: boolean
  /** It was far when it came, and is not on the disk yet. */
  isBeingKept: boolean
  /** Who was asked for it: usually one, two when the first is late. */
  readonly runs: FetchRun[]
  /** How many peers have it. */
  holderCount: number
  /** Its place among the open ones, -1 if it is not open. */
  openPlace: number
  /** It takes one of the few places of those that are far. */
  isFarBusy: boolean
}

export type WindowSize = Readonly<{
  /** How many chunks may be asked for, or wait to be saved. */
  windowChunks: number
  /**
   * How many of them are near: in memory, or on their way there, until they are saved. Those behind them are far: a few
   * are on their way at a time, to a disk of this machine, which they are read from once they are near.
   */
  nearChunks?: number | undefined
}>

/** Far chunks on their way, or in memory until they are kept. */
export const FAR_BUSY_MAX = 32
/** A disk that did not take one has to take so many others before it is given far ones again. */
const KEPT_AGAIN = 64
/** Before the disk took any: a private window has none. */
const FAR_BUSY_FIRST = 4

/**
 * The wanted chunks that may be asked for now, in the order of the stream. Its size bounds the memory of a
 * download: a near chunk leaves it only when it is saved.
 */
export class FetchWindow {
  readonly #wanted: ChunkSet
  readonly #sizeMax: number
  readonly #nearMax: number
  /** In ascending order, because they come in that order. */
  readonly #chunks = new Map<number, WindowChunk>()
  /** Those that nobody was asked for, in no order. */
  readonly #open: WindowChunk[] = []
  #cursor = 0
  #fetchedCount = 0
  /** Chunks from here on are far. */
  #farFirst = 0
  #nearCount = 0
  #farBusyCount = 0
  #farBusyMax = FAR_BUSY_FIRST
  /** What the disk has to take before it is given what is far. */
  #keptDebt = 0

  /** @param wanted - Not yet saved; chunks are taken out as they are. */
  constructor(wanted: ChunkSet, { windowChunks, nearChunks = windowChunks }: WindowSize) {
    this.#wanted = wanted
    this.#sizeMax = windowChunks
    this.#nearMax = nearChunks
  }

  /**
   * Lets chunks in up to `publishedCount`, the end of what exists.
   *
   * @returns Whether any came, or came near.
   */
  fill(publishedCount: number, holderCountOf: (index: number) => number): boolean {
    let isChanged = false
    while (this.#chunks.size < this.#sizeMax) {
      const index = this.#wanted.nextFrom(this.#cursor)
      if (index === undefined || index >= publishedCount) break
      const chunk = newChunk(index, holderCountOf(index))
      this.#chunks.set(index, chunk)
      this.#settle(chunk)
      this.#cursor = index + 1
      isChanged = true
    }
    return this.#comeNear() || isChanged
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

  /** How many wait to be saved, or to come near. */
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

  /** Whether it is not to be saved yet. */
  isFar(index: number): boolean {
    return index >= this.#farFirst
  }

  /** Where a range from `first` on has to end: what is far takes memory until it is kept. */
  endFrom(first: number): number {
    const room = Math.max(0, this.#farBusyMax - this.#farBusyCount)
    return Math.max(first, this.#farFirst) + room
  }

  /** Whether the window ends here, though more chunks follow. */
  endsBefore(index: number): boolean {
    return index >= this.#farFirst && (this.#farFirst < this.#cursor || this.isCut)
  }

  /** Somebody was asked for it. */
  ask(chunk: WindowChunk, run: FetchRun): void {
    chunk.runs.push(run)
    this.#settle(chunk)
  }

  /** Somebody is not waited for any more. */
  unask(chunk: WindowChunk, run: FetchRun): void {
    const place = chunk.runs.indexOf(run)
    if (place < 0) return
    chunk.runs.splice(place, 1)
    this.#settle(chunk)
  }

  /** @returns Whether it is to be saved; else it is to be kept. */
  markFetched(chunk: WindowChunk): boolean {
    chunk.isFetched = true
    this.#fetchedCount += 1
    chunk.isBeingKept = this.isFar(chunk.index)
    this.#settle(chunk)
    return !chunk.isBeingKept
  }

  /** It is on a disk of this machine, near or far. @returns Whether there is more room for what is far. */
  markKept(index: number): boolean {
    const chunk = this.#chunks.get(index)
    this.#keptDebt = Math.max(0, this.#keptDebt - 1)
    const isMore = this.#keptDebt === 0 && this.#farBusyMax < FAR_BUSY_MAX
    if (isMore) this.#farBusyMax = FAR_BUSY_MAX
    if (chunk?.isBeingKept !== true) return isMore
    chunk.isBeingKept = false
    this.#settle(chunk)
    return true
  }

  /**
   * The disk did not take it, being slower than the line or full: nothing far is asked for for a while.
   *
   * @returns Whether it has to be fetched once more.
   */
  markLost(index: number): boolean {
    this.#farBusyMax = 0
    this.#keptDebt = KEPT_AGAIN
    const chunk = this.#chunks.get(index)
    if (chunk?.isBeingKept !== true) return false
    this.#forget(chunk)
    return true
  }

  /** @returns False if it was not in the window: saved before. */
  markSaved(index: number): boolean {
    const chunk = this.#chunks.get(index)
    if (chunk === undefined || !chunk.isFetched) return false
    this.#chunks.delete(index)
    this.#wanted.delete(index)
    this.#fetchedCount -= 1
    this.#nearCount -= 1
    return true
  }

  /** Wanted chunks that are not saved. */
  get leftCount(): number {
    return this.#wanted.size
  }

  /** Whoever saves has room for more. @returns Whether any came near. */
  #comeNear(): boolean {
    const before = this.#farFirst
    while (this.#nearCount < this.#nearMax) {
      const index = this.#wanted.nextFrom(this.#farFirst)
      const chunk = index === undefined ? undefined : this.#chunks.get(index)
      if (chunk === undefined) break
      this.#farFirst = chunk.index + 1
      this.#nearCount += 1
      // What was kept is read again, or fetched again if it never came to the disk.
      if (chunk.isFetched) this.#forget(chunk)
      else this.#settle(chunk)
    }
    return this.#farFirst > before
  }

  #forget(chunk: WindowChunk): void {
    chunk.isFetched = false
    chunk.isBeingKept = false
    this.#fetchedCount -= 1
    this.#settle(chunk)
  }

  /** Counts it where it belongs, after anything about it changed. */
  #settle(chunk: WindowChunk): void {
    const isAsked = chunk.runs.length > 0 && !chunk.isFetched
    const isFarBusy = this.isFar(chunk.index) && (isAsked || chunk.isBeingKept)
    if (isFarBusy !== chunk.isFarBusy) this.#farBusyCount += isFarBusy ? 1 : -1
    chunk.isFarBusy = isFarBusy
    this.#setOpen(chunk, !chunk.isFetched && !isAsked)
  }

  #setOpen(chunk: WindowChunk, isOpen: boolean): void {
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

function newChunk(index: number, holderCount: number): WindowChunk {
  const state = { isFetched: false, isBeingKept: false, isFarBusy: false, openPlace: -1 }
  return { index, holderCount, runs: [], ...state }
}
