import type { FaultCode } from '../errors.ts'
import { EXTENT_CHUNKS, SEALED_CHUNK_BYTES_MAX } from '../limits.ts'
import type { FetchRun } from './fetch-run.ts'

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
  /** A peer: it brings whole chunks, while its slot is open, and others may well be as good. */
  isPeer?: boolean
}>

const LATENCY_GUESS_MS = 400
const RATE_SPAN_MS = 250
/** A first guess is wanted sooner. */
const RATE_FIRST_MS = 20
/** One request is to take about so long, so that what is asked stays a choice. */
const RUN_MS = 2000
const RUN_CHUNKS_FIRST = 16
const FLIGHT_CHUNKS_MAX = 64
const BACKOFF_MS = 1000
const BACKOFF_MS_MAX = 30_000
/** A hole may be filled at any time: its custodian pulls what it lacks. */
const HOLE_MS = 2000

/** What is known of one source: what it holds, how fast it is, and whether it may be asked now. */
export class FetchSource {
  readonly id: SourceId
  readonly traits: SourceTraits
  readonly runs = new Set<FetchRun>()
  /** Undefined until it said: then it is asked for anything. */
  held: Holding | undefined
  isBanned = false
  /** It takes requests: a peer does while we have a slot there. */
  isOpen: boolean
  /** Not asked again before this. */
  restsUntilMs = 0
  /** Why it rests. */
  fault: FaultCode | undefined
  bytesPerMs: number | undefined
  #latencyMs: number | undefined
  #failures = 0
  readonly #holes = new Map<number, number>()
  #lastByteMs = 0
  #spanMs = 0
  #spanBytes = 0

  constructor(id: SourceId, traits: SourceTraits) {
    this.id = id
    this.traits = traits
    this.isOpen = traits.isPeer !== true
  }

  /** Until the first byte of an answer, as measured. */
  get latencyMs(): number {
    return this.#latencyMs ?? LATENCY_GUESS_MS
  }

  /** What a chunk takes once the line is full; 0 until it is measured. */
  get chunkMs(): number {
    return this.bytesPerMs === undefined ? 0 : SEALED_CHUNK_BYTES_MAX / this.bytesPerMs
  }

  /** Whether it may be asked at all now. */
  isUsable(nowMs: number): boolean {
    return this.isOpen && !this.isBanned && nowMs >= this.restsUntilMs
  }

  /** It failed, and shows that it is well again with little at stake. */
  get isOnTrial(): boolean {
    return this.#failures > 0
  }

  /**
   * Whether it should be asked for more, of `chunks` that it is to have in flight. The next request goes out
   * before the last one ends, so that the line never falls idle; many small ones make up for a long one.
   */
  isFree(chunks: number): boolean {
    if (this.isOnTrial) return this.runs.size === 0
    if (this.runs.size >= this.traits.runsMax) return false
    let leftCount = 0
    for (const run of this.runs) leftCount += run.leftCount
    return leftCount <= chunks / 2 || (this.traits.runChunksMax === 1 && leftCount < chunks)
  }

  mayHave(index: number, nowMs: number): boolean {
    if (this.held?.has(index) === false) return false
    return (this.#holes.get(extentOf(index)) ?? 0) <= nowMs
  }

  /** How many chunks it should have in flight. @param fairCount - Its share of the window. */
  flightChunks(fairCount: number): number {
    const byRate = this.bytesPerMs === undefined ? RUN_CHUNKS_FIRST : RUN_MS / this.chunkMs
    return Math.max(1, Math.floor(Math.min(FLIGHT_CHUNKS_MAX, fairCount, byRate)))
  }

  takeLatency(ms: number): void {
    this.#latencyMs = this.#latencyMs === undefined ? ms : 0.7 * this.#latencyMs + 0.3 * ms
  }

  /**
   * Measures its rate while it sends.
   *
   * @param isStart - The first bytes after a pause of ours or a wait for its answer, which say nothing.
   */
  takeBytes(bytes: number, nowMs: number, isStart: boolean): void {
    if (!isStart) {
      this.#spanMs += nowMs - this.#lastByteMs
      this.#spanBytes += bytes
    }
    this.#lastByteMs = nowMs
    if (
      this.#spanMs < RATE_SPAN_MS &&
      (this.bytesPerMs !== undefined || this.#spanMs < RATE_FIRST_MS)
    )
      return
    const rate = this.#spanBytes / this.#spanMs
    this.bytesPerMs = this.bytesPerMs === undefined ? rate : 0.6 * this.bytesPerMs + 0.4 * rate
    this.#spanMs = 0
    this.#spanBytes = 0
  }

  /** It did what it was asked. */
  succeed(): void {
    this.#failures = 0
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
}

function extentOf(index: number): number {
  return Math.floor(index / EXTENT_CHUNKS)
}
