import { TokenBucket } from '../custody/token-bucket.ts'
import { FRAME_COST_MIN, UNASKED_BYTES } from '../limits.ts'
import type { Frame } from '../wire/frame.ts'

/** Bounds what a peer says unasked. Chunks, hashes and slices are bounded by what was asked for. */
export class FrameBudget {
  readonly #bucket = new TokenBucket(UNASKED_BYTES)

  /** @returns False if it says too much. */
  take(frame: Frame, nowMs: number): boolean {
    return this.#bucket.take(nowMs, costOf(frame))
  }
}

function costOf(frame: Frame): number {
  switch (frame.type) {
    case 'have':
      return FRAME_COST_MIN + frame.bitmap.length
    case 'request':
    case 'cancel':
      return FRAME_COST_MIN + 16 * frame.chunks.length
    case 'reject':
      return FRAME_COST_MIN + 16 * frame.indexes.length
    case 'chunk':
    case 'hashes':
    case 'index':
    case 'bye':
      return 0
    default:
      return FRAME_COST_MIN
  }
}
