import { SEALED_CHUNK_BYTES_MAX } from '../limits.ts'

const LATENCY_GUESS_MS = 400
/** What a chunk of a peer takes that has sent none yet. */
const WHOLE_GUESS_MS = 1500
const RATE_SPAN_MS = 250
/** A first guess is wanted sooner. */
const RATE_FIRST_MS = 20

/** How fast a source is, as measured. */
export class SourceRate {
  bytesPerMs: number | undefined
  #latencyMs: number | undefined
  #lastByteMs = 0
  #lastWholeMs = -Infinity
  #spanMs = 0
  #spanBytes = 0

  /** Until the first byte of an answer. */
  get latencyMs(): number {
    return this.#latencyMs ?? LATENCY_GUESS_MS
  }

  /** What a chunk takes once the line is full; 0 until it is measured. */
  get chunkMs(): number {
    return this.bytesPerMs === undefined ? 0 : SEALED_CHUNK_BYTES_MAX / this.bytesPerMs
  }

  /** What a chunk takes that comes whole, measured or guessed. */
  get wholeMs(): number {
    return this.bytesPerMs === undefined ? WHOLE_GUESS_MS : this.chunkMs
  }

  /** When the last whole chunk came. */
  get lastWholeMs(): number {
    return this.#lastWholeMs
  }

  takeLatency(ms: number): void {
    this.#latencyMs = this.#latencyMs === undefined ? ms : 0.7 * this.#latencyMs + 0.3 * ms
  }

  /**
   * Measures while it sends.
   *
   * @param isStart - The first bytes after a pause of ours or a wait for its answer, which say nothing.
   */
  takeBytes(bytes: number, nowMs: number, isStart: boolean): void {
    if (!isStart) {
      this.#spanMs += nowMs - this.#lastByteMs
      this.#spanBytes += bytes
    }
    this.#lastByteMs = nowMs
    const isKnown = this.bytesPerMs !== undefined
    if (this.#spanMs < RATE_SPAN_MS && (isKnown || this.#spanMs < RATE_FIRST_MS)) return
    this.#learn(this.#spanBytes / this.#spanMs)
    this.#spanMs = 0
    this.#spanBytes = 0
  }

  /** Measures by a chunk that came as one message: all that is seen of it is its end. */
  takeWhole(askedMs: number, nowMs: number): void {
    const tookMs = Math.max(1, nowMs - Math.max(askedMs, this.#lastWholeMs))
    this.#lastWholeMs = nowMs
    this.#learn(SEALED_CHUNK_BYTES_MAX / tookMs)
  }

  #learn(rate: number): void {
    this.bytesPerMs = this.bytesPerMs === undefined ? rate : 0.6 * this.bytesPerMs + 0.4 * rate
  }
}
