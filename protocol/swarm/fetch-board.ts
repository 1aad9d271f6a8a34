import { assert } from '../errors.ts'
import type { RunChoice } from './fetch-choice.ts'
import type { FetchEffect, FetchEvent } from './fetch-event.ts'
import { FetchRun, type RunId } from './fetch-run.ts'
import type { FetchSource, SourceId } from './fetch-source.ts'
import type { FetchWindow } from './fetch-window.ts'

type HolderNews = Extract<FetchEvent, { type: 'gained' | 'lost' }>

/** How a download stands: which chunks are wanted, who is there, and who was asked for what. */
export class FetchBoard {
  readonly window: FetchWindow
  readonly sources = new Map<SourceId, FetchSource>()
  /** Those of them that are on this machine. */
  readonly locals: FetchSource[] = []
  readonly runs = new Map<RunId, FetchRun>()
  readonly #emit: (effect: FetchEffect) => void
  #lastRun = 0

  constructor(window: FetchWindow, emit: (effect: FetchEffect) => void) {
    this.window = window
    this.#emit = emit
  }

  add(source: FetchSource): void {
    this.sources.set(source.id, source)
    if (source.traits.isLocal === true) this.locals.push(source)
  }

  remove(source: FetchSource): void {
    this.countAll(source, -1)
    this.sources.delete(source.id)
    const place = this.locals.indexOf(source)
    if (place >= 0) this.locals.splice(place, 1)
  }

  request(source: FetchSource, { first, end, victim }: RunChoice, nowMs: number): FetchRun {
    this.#lastRun += 1
    const run = new FetchRun(this.#lastRun, source, { first, end }, nowMs)
    this.runs.set(run.id, run)
    source.runs.add(run)
    for (let index = first; index < end; index += 1) {
      const chunk = this.window.get(index)
      assert(chunk !== undefined && !chunk.isFetched, 'a wanted chunk')
      if (victim !== undefined) this.window.unask(chunk, victim)
      this.window.ask(chunk, run)
    }
    const count = end - first
    this.#emit({ type: 'request', run: run.id, source: source.id, first, count })
    if (victim !== undefined) {
      victim.end = first
      if (this.isThrough(victim)) this.cancel(victim)
    }
    return run
  }

  /** All that it was to bring is here. */
  isThrough(run: FetchRun): boolean {
    for (let index = run.next; index < run.end; index += 1) {
      if (this.window.get(index)?.isFetched === false) return false
    }
    return true
  }

  cancel(run: FetchRun): void {
    this.#emit({ type: 'cancel', run: run.id })
    this.drop(run)
  }

  /** What it did not bring is wanted again. */
  drop(run: FetchRun): void {
    this.runs.delete(run.id)
    run.source.runs.delete(run)
    for (let index = run.first; index < run.askedEnd; index += 1) {
      const chunk = this.window.get(index)
      if (chunk !== undefined) this.window.unask(chunk, run)
    }
  }

  /** How many peers have it. */
  holderCount(index: number): number {
    let count = 0
    for (const source of this.sources.values()) if (isHolder(source, index)) count += 1
    return count
  }

  /** A peer that lets us ask now and then says that it has it. */
  isGiven(index: number, nowMs: number): boolean {
    for (const source of this.sources.values()) {
      if (isHolder(source, index) && source.isGiving(nowMs)) return true
    }
    return false
  }

  /**
   * A peer has these from now on, or not any more; or what is kept on this machine, and whether it is.
   *
   * @returns Whether others than it can be asked for more.
   */
  takeHolder(source: FetchSource, { type, indexes }: HolderNews): boolean {
    const isGain = type === 'gained'
    if (source.traits.isLocal === true) return this.#takeKept(isGain, indexes)
    if (source.traits.isPeer !== true || source.isBanned) return false
    for (const index of indexes) {
      const chunk = this.window.get(index)
      if (chunk !== undefined) chunk.holderCount += isGain ? 1 : -1
    }
    return false
  }

  #takeKept(isKept: boolean, indexes: readonly number[]): boolean {
    const { window } = this
    const marked = indexes.map((i) => (isKept ? window.markKept(i) : window.markLost(i)))
    return marked.includes(true)
  }

  /** A peer came, or goes, with all that it says it has. */
  countAll(source: FetchSource, change: 1 | -1): void {
    for (const chunk of this.window) {
      if (isHolder(source, chunk.index)) chunk.holderCount += change
    }
  }
}

function isHolder({ traits, isBanned, held }: FetchSource, index: number): boolean {
  return traits.isPeer === true && !isBanned && held?.has(index) === true
}
