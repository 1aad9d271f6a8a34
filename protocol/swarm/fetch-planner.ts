import { assert, type FaultCode } from '../errors.ts'
import { BANS_MAX, SEALED_CHUNK_BYTES_MAX } from '../limits.ts'
import { trimOldest } from '../trim-oldest.ts'
import { ChunkSet } from './chunk-set.ts'
import { FetchBoard } from './fetch-board.ts'
import { FetchChooser } from './fetch-chooser.ts'
import type { FetchEffect, FetchEvent, FetchPlan } from './fetch-event.ts'
import { FetchPace } from './fetch-pace.ts'
import type { FetchRun, RunId } from './fetch-run.ts'
import { byRate } from './fetch-share.ts'
import { FetchSource, type SourceId, type SourceTraits } from './fetch-source.ts'
import { awaitsSender, waitOf, type FetchSituation, type FetchWait } from './fetch-wait.ts'
import { FetchWindow } from './fetch-window.ts'

/** While a free source has nothing new to do, it looks this often whether it should take over from another. */
const LOOK_MS = 250

/**
 * Decides who is asked for which chunk. Long runs from several seeds at once, single chunks from peers, in the order
 * of the stream or the rarest first; a late source gets company, a slow one is relieved of its rest, a lying one is
 * banned, a failing one rests and is tried again. Seeds are spared while peers are as fast without them. Holds no
 * socket and no clock, and never gives up: that is for the caller to decide.
 */
export class FetchPlanner {
  readonly #board: FetchBoard
  readonly #chooser: FetchChooser
  readonly #pace = new FetchPace()
  /** Peers that are gone and may come back under the same name: of seeds there are few, and their record is kept. */
  readonly #banned = new Set<SourceId>()
  readonly #chunkCount: number
  readonly #random: () => number
  #published = 0
  /** Nothing is due before this. What was due then may be over by then. */
  #dueMs = Infinity
  /** Whom the event gave reason to ask: undefined for all. */
  #concerned: FetchSource[] | undefined
  #effects: FetchEffect[] = []

  constructor(plan: FetchPlan) {
    this.#chunkCount = plan.chunkCount
    const wanted = new ChunkSet(plan.chunkCount, plan.wanted.bitmap())
    const window = new FetchWindow(wanted, plan)
    this.#board = new FetchBoard(window, (effect) => void this.#effects.push(effect))
    this.#chooser = new FetchChooser(this.#board, this.#pace, plan)
    this.#random = plan.random ?? (() => 1)
  }

  /** All that was wanted is saved. */
  get isComplete(): boolean {
    return this.leftCount === 0
  }

  /** Wanted chunks that are not saved. */
  get leftCount(): number {
    return this.#board.window.leftCount
  }

  /** Takes one event and returns what the caller must now do, in order. */
  step(event: FetchEvent, nowMs: number): FetchEffect[] {
    this.#effects = []
    this.#concerned = undefined
    this.#take(event, nowMs)
    // Bytes of a chunk free nobody, and they are by far the most events.
    if (event.type !== 'bytes') {
      if (nowMs >= this.#dueMs) this.#expire(nowMs)
      this.#assign(nowMs)
    }
    return this.#effects
  }

  /** When the next `tick` is due, or earlier; undefined while only other events can change anything. */
  get deadlineMs(): number | undefined {
    return this.#dueMs === Infinity ? undefined : this.#dueMs
  }

  /** Why nothing moves, undefined while something does. */
  wait(nowMs: number): FetchWait | undefined {
    return waitOf(this.#situation(nowMs))
  }

  /** What nobody was asked for yet nobody has: the rest comes as fast as the sender uploads it. */
  awaitsSender(nowMs: number): boolean {
    return awaitsSender(this.#situation(nowMs))
  }

  /** The sources as they are now, fastest first, for people to see. */
  sources(): readonly FetchSource[] {
    return [...this.#board.sources.values()].toSorted(byRate)
  }

  #situation(nowMs: number): FetchSituation {
    return {
      sources: [...this.#board.sources.values()],
      runs: [...this.#board.runs.values()],
      wanted: this.#board.window,
      isPublished: this.#published >= this.#chunkCount,
      wasLiedTo: this.#banned.size > 0,
      nowMs,
    }
  }

  #take(event: FetchEvent, nowMs: number): void {
    switch (event.type) {
      case 'join':
        return this.#join(event.source, event.traits)
      case 'leave':
        return this.#leave(event.source)
      case 'held':
      case 'slot':
      case 'gained':
      case 'lost':
        return this.#takeNews(event, nowMs)
      case 'published':
        assert(event.chunkCount <= this.#chunkCount, 'no chunk beyond the stream')
        this.#published = Math.max(this.#published, event.chunkCount)
        return undefined
      case 'saved':
        // Whoever was free may have waited for the place.
        this.#concerned = this.#board.window.isCut ? undefined : []
        this.#board.window.markSaved(event.index)
        return undefined
      case 'tick':
        for (const source of this.#board.sources.values()) source.forgetHoles(nowMs)
        return undefined
      default: {
        const run = this.#board.runs.get(event.run)
        this.#concerned = []
        // What a run says after it was cancelled is no longer waited for.
        return run === undefined ? undefined : this.#takeAnswer(run, event, nowMs)
      }
    }
  }

  #takeNews(
    event: Extract<FetchEvent, { type: 'held' | 'slot' | 'gained' | 'lost' }>,
    nowMs: number,
  ): void {
    const source = this.#board.sources.get(event.source)
    this.#concerned = source === undefined ? [] : [source]
    if (source === undefined) return
    switch (event.type) {
      case 'held':
        this.#board.countAll(source, -1)
        source.say(event.held)
        return this.#board.countAll(source, 1)
      case 'slot':
        return source.setOpen(event.isOpen, nowMs)
      case 'gained':
      case 'lost':
        // There may be room for more, which anybody may bring.
        if (this.#board.takeHolder(source, event)) this.#concerned = undefined
        return undefined
    }
  }

  #takeAnswer(run: FetchRun, event: Extract<FetchEvent, { run: RunId }>, nowMs: number): void {
    const isWhole = run.source.traits.hasSlots === true
    switch (event.type) {
      case 'bytes':
        // A chunk that comes as one message counts below, once.
        if (!isWhole) this.#pace.take(event.bytes, run.source.traits, nowMs)
        return run.takeBytes(event.bytes, nowMs)
      case 'chunk':
        assert(event.index === run.next, 'the chunks of a run in order')
        if (isWhole) this.#pace.take(SEALED_CHUNK_BYTES_MAX, run.source.traits, nowMs)
        return this.#takeChunk(run, nowMs)
      case 'corrupt':
        this.#concerned = undefined
        return this.#ban(run, event.index)
      case 'end':
        this.#concerned = undefined
        return this.#takeEnd(run, nowMs)
      case 'fail':
        this.#concerned = undefined
        return this.#takeFailure(run, event.fault, nowMs)
    }
  }

  #takeFailure(run: FetchRun, fault: FaultCode, nowMs: number): void {
    if (fault === 'CHUNK_MISSING') return this.#takeEnd(run, nowMs)
    this.#board.drop(run)
    if (fault !== 'TOO_MANY_REQUESTS') return run.source.fail(fault, nowMs)
    // One with slots says itself when it is our turn. If it says both, one of its words was late.
    if (run.source.traits.hasSlots === true && !run.source.isOpen) return undefined
    return run.source.wait(this.#random(), nowMs)
  }

  #join(id: SourceId, traits: SourceTraits): void {
    // A banned one that comes back is still banned.
    if (this.#board.sources.has(id) || this.#banned.has(id)) return
    this.#board.add(new FetchSource(id, traits))
  }

  #leave(id: SourceId): void {
    const source = this.#board.sources.get(id)
    if (source === undefined) return
    for (const run of source.runs) this.#board.cancel(run)
    if (source.isBanned && source.traits.isPeer !== true) return
    this.#board.remove(source)
    if (source.isBanned) this.#banned.add(id)
    trimOldest(this.#banned, BANS_MAX)
  }

  #takeChunk(run: FetchRun, nowMs: number): void {
    const { window, runs } = this.#board
    const chunk = window.get(run.next)
    run.source.succeed()
    run.takeChunk(run.next, nowMs)
    this.#concerned = [run.source]
    if (chunk !== undefined && !chunk.isFetched) {
      const type = window.markFetched(chunk) ? 'deliver' : 'keep'
      this.#effects.push({ type, index: chunk.index })
      const others = chunk.runs.filter((other) => other !== run)
      for (const other of others) this.#lose(other, nowMs)
    }
    if (runs.has(run.id) && this.#board.isThrough(run)) this.#finish(run)
  }

  /** Somebody else was first with a chunk of this run. */
  #lose(run: FetchRun, nowMs: number): void {
    this.#concerned?.push(run.source)
    if (run.isLate(nowMs)) {
      // What is left of it is for others.
      if (run.leftCount > 1) this.#concerned = undefined
      this.#board.cancel(run)
      run.source.fail('SEED_UNREACHABLE', nowMs)
    } else if (this.#board.isThrough(run)) this.#board.cancel(run)
  }

  #finish(run: FetchRun): void {
    if (run.next < run.askedEnd) this.#board.cancel(run)
    else this.#board.drop(run)
  }

  #takeEnd(run: FetchRun, nowMs: number): void {
    this.#board.drop(run)
    if (run.next >= run.end) return
    const { source } = run
    // It has said so by now: what it says of the others still counts.
    if (source.held?.has(run.next) === false) return
    // A chunk that it says it holds: it lies, or has just lost it.
    if (source.held?.has(run.next) === true) source.fail('CHUNK_MISSING', nowMs)
    source.lack(run.next, nowMs)
    this.#effects.push({ type: 'ask-held', source: source.id })
  }

  #ban(run: FetchRun, index: number): void {
    const { source } = run
    this.#board.countAll(source, -1)
    source.isBanned = true
    source.fault = 'HASH_MISMATCH'
    this.#effects.push({ type: 'ban', source: source.id, index })
    for (const other of source.runs) this.#board.cancel(other)
  }

  /** A source that says nothing at all is asked again later. All are looked at, and what is due next. */
  #expire(nowMs: number): void {
    this.#concerned = undefined
    for (const run of this.#board.runs.values()) {
      if (nowMs < run.deadAtMs) continue
      this.#board.cancel(run)
      run.source.fail('SEED_UNREACHABLE', nowMs)
    }
    this.#dueMs = Infinity
    for (const run of this.#board.runs.values()) this.#awaitRun(run, nowMs)
    for (const source of this.#board.sources.values()) this.#awaitSource(source, nowMs)
  }

  #assign(nowMs: number): void {
    const { window } = this.#board
    const isMoved = window.fill(this.#published, (index) => this.#board.holderCount(index))
    const concerned = isMoved ? undefined : this.#concerned
    if (window.size > window.fetchedCount) {
      for (const run of this.#chooser.assign(concerned, nowMs)) this.#awaitRun(run, nowMs)
    }
    for (const source of concerned ?? this.#board.sources.values()) {
      this.#awaitSource(source, nowMs)
    }
  }

  /** Timers ring early or late: what is due is counted from now on. */
  #awaitRun(run: FetchRun, nowMs: number): void {
    this.#dueMs = Math.min(this.#dueMs, run.isLate(nowMs) ? run.deadAtMs : run.lateAtMs)
  }

  #awaitSource(source: FetchSource, nowMs: number): void {
    if (source.isBanned || !source.isOpen) return
    const lookMs = nowMs + LOOK_MS
    if (source.restsUntilMs > nowMs) this.#dueMs = Math.min(this.#dueMs, source.restsUntilMs)
    else if (source.runs.size === 0) {
      const isWorthIt = this.#board.runs.size > 0 || this.#chooser.isHoldingBack(nowMs)
      if (isWorthIt) this.#dueMs = Math.min(this.#dueMs, lookMs)
    }
    const { holeEndsMs } = source
    if (holeEndsMs === undefined) return
    this.#dueMs = Math.min(this.#dueMs, Math.max(holeEndsMs, lookMs))
  }
}
