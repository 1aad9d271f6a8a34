import { SEALED_CHUNK_BYTES_MAX } from '../limits.ts'
import type { FetchSource } from './fetch-source.ts'

export type RunId = number

/** How long a source may say nothing before somebody else is asked as well, ms. */
const LATE_MS = 1000
/** How long it may say nothing at all, ms: HTTP gives up at about the same time. */
const SILENT_MS = 15_000

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
    if (this.#lastByteMs !== undefined) return this.#lastByteMs + LATE_MS
    return this.#startedMs + Math.max(LATE_MS, 2.5 * this.source.latencyMs)
  }

  /** From when on nobody waits for it. */
  get deadAtMs(): number {
    const silentMs = Math.max(SILENT_MS, 2.5 * this.source.latencyMs)
    return (this.#lastByteMs ?? this.#startedMs) + silentMs
  }

  isLate(nowMs: number): boolean {
    return nowMs >= this.lateAtMs
  }

  takeBytes(bytes: number, nowMs: number): void {
    const isFirst = this.#lastByteMs === undefined
    if (isFirst) this.source.takeLatency(nowMs - this.#startedMs)
    const isStart = isFirst && ![...this.source.runs].some(({ hasAnswered }) => hasAnswered)
    this.source.takeBytes(bytes, nowMs, isStart)
    this.#lastByteMs = nowMs
    this.#partBytes += bytes
  }

  takeChunk(index: number): void {
    this.next = index + 1
    this.#partBytes = 0
  }

  /** When its source will be through with it, by what was measured: ms from now; undefined if unknown. */
  leftMs(nowMs: number): number | undefined {
    const { bytesPerMs, latencyMs, runs } = this.source
    if (bytesPerMs === undefined) return undefined
    const waitMs = this.hasAnswered ? 0 : Math.max(0, this.#startedMs + latencyMs - nowMs)
    const leftBytes = this.leftCount * SEALED_CHUNK_BYTES_MAX - this.#partBytes
    // A silent source gets slower by the moment, though nothing new was measured.
    const silentMs = this.hasAnswered ? nowMs - (this.#lastByteMs ?? nowMs) : 0
    return waitMs + silentMs + (Math.max(0, leftBytes) * runs.size) / bytesPerMs
  }
}
