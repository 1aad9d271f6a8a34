import { Bitmap } from '../../protocol/bitmap.ts'
import type { Bytes } from '../../protocol/bytes.ts'
import { EXTENT_CHUNKS } from '../../protocol/limits.ts'

/** Which chunks of one share are held durably. */
export class HeldChunks extends Bitmap {
  constructor() {
    super(new Uint8Array(0))
  }

  /** How many chunks are held. */
  get count(): number {
    return this.size
  }

  /** The first chunk from `from` on that is not held; `end` if all before `end` are. */
  firstMissing(from: number, end: number): number {
    let index = from
    while (index < end && this.has(index)) index += 1
    return index
  }

  /** What is missing below `end`, in order. */
  *missing(end: number): Generator<number> {
    for (let index = 0; index < end; index += 1) {
      if (!this.has(index)) yield index
    }
  }

  /** ⌈n/8⌉ bytes, a copy. */
  bitmap(chunkCount: number): Bytes {
    return this.bytes(0, Math.ceil(chunkCount / 8))
  }

  /** The bits of one extent, its first chunk the most significant of 16. */
  extentBits(extent: number): number {
    const first = (extent * EXTENT_CHUNKS) >> 3
    return (this.byteAt(first) << 8) | this.byteAt(first + 1)
  }

  /** @param bits - As `extentBits` gives them. */
  addExtentBits(extent: number, bits: number): void {
    for (let i = 0; i < EXTENT_CHUNKS; i += 1) {
      const index = extent * EXTENT_CHUNKS + i
      if ((bits & extentBitOf(extent, index)) !== 0) this.add(index)
    }
  }
}

/** The bit of chunk `index` in what `extentBits` gives for `extent`; 0 if it stands in another one. */
export function extentBitOf(extent: number, index: number): number {
  const place = index - extent * EXTENT_CHUNKS
  return place >= 0 && place < EXTENT_CHUNKS ? 1 << (EXTENT_CHUNKS - 1 - place) : 0
}
