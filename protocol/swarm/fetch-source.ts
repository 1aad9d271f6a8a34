import type { FaultCode } from '../errors.ts'
import { extentOf } from '../hash-list.ts'
import { AskAhead } from './ask-ahead.ts'
import type { FetchRun } from './fetch-run.ts'
import { SourceRate } from './source-rate.ts'

/** Names one source among those of one download. */
export type SourceId = string

/** Which chunks a source says it has. */
export type Holding = Readonly<{ has: (index: number) => boolean }>

/** What kind of source it is: a seed takes long ranges, a peer single chunks. */
export type SourceTraits = Readonly<{
  /** Chunks that one request may ask for. */
  runChunksMax: number
  /** Requests that it is given at once. */
  runsMax: number
  /** It is on this machine: what it says it holds is asked of nobody else. */
  isLocal?: boolean
  /** It speaks frames: it is asked only while it says so, and each chunk comes as one message. */
  hasSlots?: boolean
  /** It shares what it has as we do: while such as it are fast enough, seeds are spared. */
  isPeer?: boolean
}>

/** One request is to take about so long, so that what is asked stays a choice. */
const RUN_MS = 2000
const RUN_CHUNKS_FIRST = 16
const FLIGHT_CHUNKS_MAX = 64
/** From one that takes so long for a chunk only one is waited for at a time. */
const SLOW_WHOLE_MS = 1500
/** Besides one chunk it has no more than so much to do: in a crowd what is asked of it is asked of nobody else. */
const AHEAD_MS = 500
const BACKOFF_MS = 1000
const BACKOFF_MS_MAX = 30_000
/** Who serves as many as it can is asked again soon: whoever waits longer would be passed by others. */
const BUSY_MS_MAX = 4000
/** Turns at a peer's slots go round: one that let us ask within this time likely will again. */
const GIVING_MS = 30_000
/** A hole may be filled at any time: its custodian pulls what it lacks. */
const HOLE_MS = 2000

/** What is known of one source: what it holds, how fast it is, and whether it may be asked now. */
export class FetchSource {
  readonly id: SourceId
  readonly traits: SourceTraits
  readonly rate = new SourceRate()
  readonly ahead = new AskAhead()
  readonly runs = new Set<FetchRun>()
  /** Undefined until it said: then it is asked for anything. */
  held: Holding | undefined
  isBanned = false
  /** Not asked again before this. */
  restsUntilMs = 0
  /** Why it rests. */
  fault: FaultCode | undefined
  #isOpen: boolean
  /** When it last was. */
  #openMs = -Infinity
  #failures = 0
  #refusals = 0
  readonly #holes = new Map<number, number>()

  constructor(id: SourceId, traits: SourceTraits) {
    this.id = id
    this.traits = traits
    this.#isOpen = traits.hasSlots !== true
  }

  /** It takes requests: one with slots does only while it says so. */
  get isOpen(): boolean {
    return this.#isOpen
  }

  setOpen(isOpen: boolean, nowMs: number): void {
    if (this.#isOpen || isOpen) this.#openMs = nowMs
    this.#isOpen = isOpen
  }

  /** It takes requests, or did lately: what it has will likely come from it. */
  isGiving(nowMs: number): boolean {
    return this.#isOpen || nowMs < this.#openMs + GIVING_MS
  }

  get bytesPerMs(): number | undefined {
    return this.rate.bytesPerMs
  }

  /** Whether it may be asked at all now. */
  isUsable(nowMs: number): boolean {
    return this.#isOpen && !this.isBanned && nowMs >= this.restsUntilMs
  }

  /** It failed, and shows that it is well again with little at stake. */
  get isOnTrial(): boolean {
    return this.#failures > 0
  }

  /** It failed, or had no place for us, when it was last asked. */
  get isInDoubt(): boolean {
    return this.#failures > 0 || this.#refusals > 0
  }

  /** A peer of which no chunk was right yet. */
  get isUntried(): boolean {
    return this.traits.isPeer === true && this.bytesPerMs === undefined
  }

  /**
   * Whether it should be asked for more, of `chunks` that it is to have in flight. The next request goes out
   * before the last one ends, so that the line never falls idle; many small ones make up for a long one.
   */
  isFree(chunks: number): boolean {
    if (this.isInDoubt) return this.runs.size === 0
    if (this.traits.hasSlots === true) return this.runs.size < this.#wholeMax
    if (this.runs.size >= this.traits.runsMax) return false
    let leftCount = 0
    for (const run of this.runs) leftCount += run.leftCount
    return leftCount <= chunks / 2 || (this.traits.runChunksMax === 1 && leftCount < chunks)
  }

  mayHave(index: number, nowMs: number): boolean {
    if (this.held?.has(index) === false) return false
    return this.#holes.size === 0 || (this.#holes.get(extentOf(index)) ?? 0) <= nowMs
  }

  /**
   * How many chunks it should have in flight.
   *
   * @param fairCount - Its share of the window.
   * @param firstCount - Before its rate is known.
   */
  flightChunks(fairCount: number, firstCount = RUN_CHUNKS_FIRST): number {
    const byRate = this.bytesPerMs === undefined ? firstCount : RUN_MS / this.rate.chunkMs
    return Math.max(1, Math.floor(Math.min(FLIGHT_CHUNKS_MAX, fairCount, byRate)))
  }

  /** It did what it was asked. */
  succeed(): void {
    this.#failures = 0
    this.#refusals = 0
    this.fault = undefined
  }

  fail(fault: FaultCode, nowMs: number): void {
    // What fails together is one failure.
    if (nowMs < this.restsUntilMs) return
    const backoffMs = Math.min(BACKOFF_MS_MAX, BACKOFF_MS * 2 ** this.#failures)
    this.#failures += 1
    this.fault = fault
    this.restsUntilMs = nowMs + backoffMs
  }

  /**
   * It has no place for us now, which is no failure.
   *
   * @param jitter - 0 to 1: those who were sent away together do not come back together.
   */
  wait(jitter: number, nowMs: number): void {
    if (nowMs < this.restsUntilMs) return
    const waitMs = Math.min(BUSY_MS_MAX, BACKOFF_MS * 2 ** this.#refusals)
    this.#refusals += 1
    this.fault = 'TOO_MANY_REQUESTS'
    this.restsUntilMs = nowMs + waitMs * (0.5 + jitter / 2)
  }

  /** It does not have this chunk, and likely not the others of its extent. */
  lack(index: number, nowMs: number): void {
    this.#holes.set(extentOf(index), nowMs + HOLE_MS)
  }

  say(held: Holding | undefined): void {
    this.held = held
    this.#holes.clear()
  }

  /** When a hole is worth another look, undefined without one. */
  get holeEndsMs(): number | undefined {
    return this.#holes.size === 0 ? undefined : Math.min(...this.#holes.values())
  }

  forgetHoles(nowMs: number): void {
    for (const [extent, endsMs] of this.#holes) {
      if (endsMs <= nowMs) this.#holes.delete(extent)
    }
  }

  get #wholeMax(): number {
    const { wholeMs } = this.rate
    if (wholeMs > SLOW_WHOLE_MS) return 1
    return Math.min(this.traits.runsMax, this.ahead.count, 1 + Math.ceil(AHEAD_MS / wholeMs))
  }
}
