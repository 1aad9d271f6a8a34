import { Bitmap } from '../bitmap.ts'
import { HAVE_CHUNKS_MAX } from '../limits.ts'
import type { Have } from '../wire/have.ts'

/** Ranges to tell that lie closer than so many bytes of the bitmap are told in one frame. */
const GAP_BYTES = 64

/**
 * The chunks that somebody has, before it is known how many there will be: it grows with what is said, to at
 * most a bit for each of CHUNKS_MAX.
 */
export class HaveMap extends Bitmap {
  /**
   * Adds what a frame tells, and says what was new. Zero bits take nothing back: on an unordered channel an
   * older frame may come after a newer one, and what is gone is said by a reject.
   */
  take({ first, bitmap }: Have): number[] {
    const gained: number[] = []
    for (let i = 0; i < bitmap.length; i += 1) {
      let fresh = (bitmap[i] ?? 0) & ~this.byteAt((first >> 3) + i)
      for (; fresh !== 0; fresh &= fresh - 1) {
        gained.push(first + i * 8 + Math.clz32(fresh & -fresh) - 24)
      }
    }
    for (const index of gained) this.add(index)
    return gained
  }

  /** Frames that tell of these chunks, and by the way of what lies between them. */
  tell(indexes: readonly number[]): Have[] {
    const ranges: { first: number; end: number }[] = []
    for (const index of indexes.toSorted((a, b) => a - b)) {
      const byte = index >> 3
      const last = ranges.at(-1)
      const isNear = last !== undefined && byte < last.end + GAP_BYTES
      if (isNear && byte < last.first + HAVE_CHUNKS_MAX / 8) last.end = byte + 1
      else ranges.push({ first: byte, end: byte + 1 })
    }
    return ranges.map(({ first, end }) => this.#frame(first, end))
  }

  /** Frames that tell of all that is here: none if it is nothing. */
  tellAll(): Have[] {
    const frames: Have[] = []
    const { endByte } = this
    for (let first = 0; first < endByte; first += HAVE_CHUNKS_MAX / 8) {
      frames.push(this.#frame(first, Math.min(endByte, first + HAVE_CHUNKS_MAX / 8)))
    }
    return frames
  }

  #frame(firstByte: number, endByte: number): Have {
    const bitmap = this.bytes(firstByte, endByte)
    return { type: 'have', first: firstByte * 8, count: bitmap.length * 8, bitmap }
  }
}
