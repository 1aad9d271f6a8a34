import { SEALED_CHUNK_BYTES_MAX } from '../limits.ts'
import type { FetchSource } from './fetch-source.ts'

export type RunId = number

/** How long a source may say nothing before somebody else is asked as well, ms. */
const LATE_MS = 1000
/** How long it may say nothing at all, ms: HTTP gives up at about the same time. */
const SILENT_MS = 15_000
/** The same for a chunk that comes as one message: of it nothing is seen before its end. */
const LATE_WHOLE_MS = 3000

/** Chunks that follow each other, asked of one source with one request, and how far it has answered. */
export class FetchRun {
  readonly id: RunId
  readonly source: FetchSource
  readonly first: number
  /** Where the request ends; `end` lies before it once another source has taken over the rest. */
  readonly askedEnd: number
  end: number
  /** The chunk that is to come next. */
  next: number
  readonly #startedMs: number
  #lastByteMs: number | undefined
  /** Bytes of chunk `next` that have come. */
  #partBytes = 0

  constructor(
    id: RunId,
    source: FetchSource,
    range: Readonly<{ first: number; end: number }>,
    nowMs: number,
  ) {
    this.id = id
    this.source = source
    this.first = range.first
    this.next = range.first
    this.end = range.end
    this.askedEnd = range.end
    this.#startedMs = nowMs
  }

  get hasAnswered(): boolean {
    return this.#lastByteMs !== undefined
  }

  get leftCount(): number {
    return this.end - this.next
  }

  /** From when on it is late: reason enough to ask another source too. */
  get lateAtMs(): number {
    const { traits, rate } = this.source
    if (traits.hasSlots === true) {
      return this.#waitsSinceMs + Math.max(LATE_WHOLE_MS, 2.5 * rate.wholeMs)
    }
    if (this.#lastByteMs !== undefined) return this.#lastByteMs + LATE_MS
    return this.#startedMs + Math.max(LATE_MS, 2.5 * rate.latencyMs)
  }

  /** From when on nobody waits for it. */
  get deadAtMs(): number {
    // Its session lets go of it, and counts that against it.
    if (this.source.traits.hasSlots === true) return Infinity
    const silentMs = Math.max(SILENT_MS, 2.5 * this.source.rate.latencyMs)
    return (this.#lastByteMs ?? this.#startedMs) + silentMs
  }

  isLate(nowMs: number): boolean {
    return nowMs >= this.lateAtMs
  }

  takeBytes(bytes: number, nowMs: number): void {
    const isFirst = this.#lastByteMs === undefined
    if (isFirst) this.source.rate.takeLatency(nowMs - this.#startedMs)
    const isStart = isFirst && ![...this.source.runs].some(({ hasAnswered }) => hasAnswered)
    this.source.rate.takeBytes(bytes, nowMs, isStart)
    this.#lastByteMs = nowMs
    this.#partBytes += bytes
  }

  takeChunk(index: number, nowMs: number): void {
    this.next = index + 1
    this.#partBytes = 0
    if (this.source.traits.hasSlots !== true) return
    this.source.rate.takeWhole(this.#startedMs, nowMs)
    this.source.ahead.take(nowMs - this.#startedMs, this.source.runs.size)
  }

  /** When its source will be through with it, by what was measured: ms from now; undefined if unknown. */
  leftMs(nowMs: number): number | undefined {
    if (this.source.traits.hasSlots === true) return this.#leftWholeMs(nowMs)
    const { bytesPerMs, runs } = this.source
    const { latencyMs } = this.source.rate
    if (bytesPerMs === undefined) return undefined
    const waitMs = this.hasAnswered ? 0 : Math.max(0, this.#startedMs + latencyMs - nowMs)
    const leftBytes = this.leftCount * SEALED_CHUNK_BYTES_MAX - this.#partBytes
    // A silent source gets slower by the moment, though nothing new was measured.
    const silentMs = this.hasAnswered ? nowMs - (this.#lastByteMs ?? nowMs) : 0
    return waitMs + silentMs + (Math.max(0, leftBytes) * runs.size) / bytesPerMs
  }

  /** Since when nothing of what it waits for came: its source sends one chunk after the other. */
  get #waitsSinceMs(): number {
    return Math.max(this.#startedMs, this.source.rate.lastWholeMs)
  }

  #leftWholeMs(nowMs: number): number {
    let place = 1
    for (const run of this.source.runs) {
      if (run === this) break
      place += 1
    }
    // D02: waiting brings nearer what is measured, and not what is a guess.
    if (this.source.bytesPerMs === undefined) return place * this.source.rate.wholeMs
    const waitedMs = nowMs - this.#waitsSinceMs
    // Over its time it will take as long again, for all that is known.
    return Math.abs(place * this.source.rate.wholeMs - waitedMs)
  }
}
