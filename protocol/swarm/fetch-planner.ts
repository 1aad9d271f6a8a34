import { assert } from '../errors.ts'
import { ChunkSet } from './chunk-set.ts'
import { chooseHedge, chooseNext, chooseTakeover, type RunChoice } from './fetch-choice.ts'
import type { FetchEffect, FetchEvent, FetchPlan } from './fetch-event.ts'
import { FetchRun, type RunId } from './fetch-run.ts'
import { byRate, sharesOf } from './fetch-share.ts'
import { FetchSource, type SourceId, type SourceTraits } from './fetch-source.ts'
import { waitOf, type FetchWait } from './fetch-wait.ts'
import { FetchWindow } from './fetch-window.ts'

/** While a free source has nothing new to do, it looks this often whether it should take over from another. */
const LOOK_MS = 250

/** However small the share of a source in the window: a request a chunk would be all waiting. */
const RUN_CHUNKS_MIN = 4

/**
 * Decides who is asked for which chunk. Long runs from several sources at once, in the order of the stream;
 * a late source gets company, a slow one is relieved of its rest, a lying one is banned, a failing one rests
 * and is tried again. Holds no socket and no clock, and never gives up: that is for the caller to decide.
 */
export class FetchPlanner {
  readonly #window: FetchWindow
  readonly #windowChunks: number
  readonly #sources = new Map<SourceId, FetchSource>()
  readonly #runs = new Map<RunId, FetchRun>()
  readonly #chunkCount: number
  #published = 0
  #lastRun = 0
  #decidedMs = 0
  #effects: FetchEffect[] = []

  constructor({ chunkCount, wanted, windowChunks }: FetchPlan) {
    this.#chunkCount = chunkCount
    this.#windowChunks = windowChunks
    this.#window = new FetchWindow(new ChunkSet(chunkCount, wanted.bitmap()), windowChunks)
  }

  /** All that was wanted is saved. */
  get isComplete(): boolean {
    return this.#window.leftCount === 0
  }

  /** Takes one event and returns what the caller must now do, in order. */
  step(event: FetchEvent, nowMs: number): FetchEffect[] {
    this.#effects = []
    this.#take(event, nowMs)
    // Bytes of a chunk free nobody, and they are by far the most events.
    if (event.type !== 'bytes') {
      this.#decidedMs = nowMs
      this.#expire(nowMs)
      this.#assign(nowMs)
    }
    return this.#effects
  }

  /** When the next `tick` is due; undefined while only other events can change anything. */
  get deadlineMs(): number | undefined {
    // From the last decision on: timers ring early or late, and nothing may be missed in between.
    const nowMs = this.#decidedMs
    const dueMs = [...this.#runs.values()].map((run) => {
      return run.isLate(nowMs) ? run.deadAtMs : run.lateAtMs
    })
    for (const source of this.#sources.values()) {
      if (source.isBanned) continue
      if (source.restsUntilMs > nowMs) dueMs.push(source.restsUntilMs)
      else if (source.runs.size === 0 && this.#runs.size > 0) dueMs.push(nowMs + LOOK_MS)
      if (source.holeEndsMs !== undefined) dueMs.push(Math.max(source.holeEndsMs, nowMs + LOOK_MS))
    }
    return dueMs.length === 0 ? undefined : Math.min(...dueMs)
  }

  /** Why nothing moves, undefined while something does. */
  wait(nowMs: number): FetchWait | undefined {
    return waitOf({
      sources: [...this.#sources.values()],
      runs: [...this.#runs.values()],
      wanted: this.#window,
      isPublished: this.#published >= this.#chunkCount,
      nowMs,
    })
  }

  /** The sources as they are now, fastest first, for people to see. */
  sources(): readonly FetchSource[] {
    return [...this.#sources.values()].toSorted(byRate)
  }

  #take(event: FetchEvent, nowMs: number): void {
    switch (event.type) {
      case 'join':
        return this.#join(event.source, event.traits)
      case 'leave':
        return this.#leave(event.source)
      case 'held':
        return this.#sources.get(event.source)?.say(event.held)
      case 'slot': {
        const source = this.#sources.get(event.source)
        if (source !== undefined) source.isOpen = event.isOpen
        return undefined
      }
      case 'gained':
      case 'lost':
        return undefined
      case 'published':
        assert(event.chunkCount <= this.#chunkCount, 'no chunk beyond the stream')
        this.#published = Math.max(this.#published, event.chunkCount)
        return undefined
      case 'saved':
        this.#window.markSaved(event.index)
        return undefined
      case 'tick':
        for (const source of this.#sources.values()) source.forgetHoles(nowMs)
        return undefined
      default: {
        const run = this.#runs.get(event.run)
        // What a run says after it was cancelled is no longer waited for.
        return run === undefined ? undefined : this.#takeAnswer(run, event, nowMs)
      }
    }
  }

  #takeAnswer(run: FetchRun, event: Extract<FetchEvent, { run: RunId }>, nowMs: number): void {
    switch (event.type) {
      case 'bytes':
        return run.takeBytes(event.bytes, nowMs)
      case 'chunk':
        assert(event.index === run.next, 'the chunks of a run in order')
        return this.#takeChunk(run, nowMs)
      case 'corrupt':
        return this.#ban(run, event.index)
      case 'end':
        return this.#takeEnd(run, nowMs)
      case 'fail':
        if (event.fault === 'CHUNK_MISSING') return this.#takeEnd(run, nowMs)
        this.#drop(run)
        // It is not our turn there: no failure.
        if (event.fault === 'TOO_MANY_REQUESTS' && run.source.traits.isPeer === true)
          return undefined
        return run.source.fail(event.fault, nowMs)
    }
  }

  #join(id: SourceId, traits: SourceTraits): void {
    // A banned one that comes back is still banned: its record is kept.
    if (!this.#sources.has(id)) this.#sources.set(id, new FetchSource(id, traits))
  }

  #leave(id: SourceId): void {
    const source = this.#sources.get(id)
    if (source === undefined) return
    for (const run of source.runs) this.#cancel(run)
    if (!source.isBanned) this.#sources.delete(id)
  }

  #takeChunk(run: FetchRun, nowMs: number): void {
    const chunk = this.#window.get(run.next)
    run.source.succeed()
    run.takeChunk(run.next)
    if (chunk !== undefined && !chunk.isFetched) {
      this.#window.markFetched(chunk)
      this.#effects.push({ type: 'deliver', index: chunk.index })
      for (const other of chunk.runs) if (other !== run) this.#lose(other, nowMs)
    }
    if (this.#runs.has(run.id) && this.#isThrough(run)) this.#finish(run)
  }

  /** Somebody else was first with a chunk of this run. */
  #lose(run: FetchRun, nowMs: number): void {
    if (run.isLate(nowMs)) {
      this.#cancel(run)
      run.source.fail('SEED_UNREACHABLE', nowMs)
    } else if (this.#isThrough(run)) this.#cancel(run)
  }

  #isThrough(run: FetchRun): boolean {
    for (let index = run.next; index < run.end; index += 1) {
      if (this.#window.get(index)?.isFetched === false) return false
    }
    return true
  }

  #finish(run: FetchRun): void {
    if (run.next < run.askedEnd) this.#cancel(run)
    else this.#drop(run)
  }

  #takeEnd(run: FetchRun, nowMs: number): void {
    this.#drop(run)
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
    source.isBanned = true
    source.fault = 'HASH_MISMATCH'
    this.#effects.push({ type: 'ban', source: source.id, index })
    for (const other of source.runs) this.#cancel(other)
  }

  #cancel(run: FetchRun): void {
    this.#effects.push({ type: 'cancel', run: run.id })
    this.#drop(run)
  }

  /** What it did not bring is wanted again. */
  #drop(run: FetchRun): void {
    this.#runs.delete(run.id)
    run.source.runs.delete(run)
    for (let index = run.first; index < run.askedEnd; index += 1) {
      const chunk = this.#window.get(index)
      const place = chunk?.runs.indexOf(run) ?? -1
      if (place >= 0) chunk?.runs.splice(place, 1)
    }
  }

  /** A source that says nothing at all is asked again later. */
  #expire(nowMs: number): void {
    for (const run of this.#runs.values()) {
      if (nowMs < run.deadAtMs) continue
      this.#cancel(run)
      run.source.fail('SEED_UNREACHABLE', nowMs)
    }
  }

  #assign(nowMs: number): void {
    this.#window.fill(this.#published)
    if (this.#window.size === this.#window.fetchedCount) return
    const usable = this.sources().filter((source) => source.isUsable(nowMs))
    const shares = sharesOf(usable)
    for (const source of usable) {
      for (;;) {
        const choice = this.#choose(source, shares.get(source) ?? 0, nowMs)
        if (choice === undefined) break
        this.#request(source, choice, nowMs)
      }
    }
  }

  #choose(source: FetchSource, share: number, nowMs: number): RunChoice | undefined {
    const runs = [...this.#runs.values()]
    const isReserved = (index: number): boolean => this.#isReserved(source, index, nowMs)
    const situation = { source, runs, wanted: this.#window, isReserved, nowMs }
    // Half of it at a time: what is on its way and what is being saved need room, too.
    const fairCount = Math.max(RUN_CHUNKS_MIN, (share * this.#windowChunks) / 2)
    return (
      chooseHedge(situation) ??
      chooseNext(situation, source.flightChunks(fairCount)) ??
      chooseTakeover(situation)
    )
  }

  /** Bytes on this machine cost nobody anything: others are asked only for what is not there. */
  #isReserved(source: FetchSource, index: number, nowMs: number): boolean {
    if (source.traits.isLocal === true) return false
    return [...this.#sources.values()].some(
      (other) =>
        other.traits.isLocal === true &&
        other.held?.has(index) === true &&
        other.isUsable(nowMs) &&
        other.mayHave(index, nowMs),
    )
  }

  #request(source: FetchSource, choice: RunChoice, nowMs: number): void {
    const { first, end, victim } = choice
    this.#lastRun += 1
    const run = new FetchRun(this.#lastRun, source, { first, end }, nowMs)
    this.#runs.set(run.id, run)
    source.runs.add(run)
    for (let index = first; index < end; index += 1) {
      const chunk = this.#window.get(index)
      assert(chunk !== undefined && !chunk.isFetched, 'a wanted chunk')
      if (victim !== undefined) chunk.runs.splice(chunk.runs.indexOf(victim), 1)
      chunk.runs.push(run)
    }
    this.#effects.push({
      type: 'request',
      run: run.id,
      source: source.id,
      first,
      count: end - first,
    })
    if (victim === undefined) return
    victim.end = first
    if (this.#isThrough(victim)) this.#cancel(victim)
  }
}
