import { bitCountOf, Bitmap } from '../bitmap.ts'
import type { Bytes } from '../bytes.ts'

/** A set of chunks of one share. */
export class ChunkSet extends Bitmap {
  readonly chunkCount: number

  /** @param bitmap - Copied; bits beyond `chunkCount` are not looked at, and missing ones are zero. */
  constructor(chunkCount: number, bitmap: Uint8Array = new Uint8Array(0)) {
    const bits = new Uint8Array(Math.ceil(chunkCount / 8))
    bits.set(bitmap.subarray(0, bits.length))
    const last = bits.length - 1
    if (last >= 0) bits[last] = (bits[last] ?? 0) & (0xff << (bits.length * 8 - chunkCount))
    super(bits)
    this.chunkCount = chunkCount
  }

  static full(chunkCount: number): ChunkSet {
    return new ChunkSet(chunkCount, new Uint8Array(Math.ceil(chunkCount / 8)).fill(0xff))
  }

  get isFull(): boolean {
    return this.size === this.chunkCount
  }

  /** @returns False if it was there already, or is no chunk of the share. */
  override add(index: number): boolean {
    return index < this.chunkCount && super.add(index)
  }

  addRange(first: number, end: number): void {
    for (let index = first; index < end; index += 1) this.add(index)
  }

  /** The first member from `from` on, undefined if there is none. */
  nextFrom(from: number): number | undefined {
    let index = from
    while (index < this.chunkCount) {
      // Empty bytes are skipped whole: a resumed share may be done up to its last gigabyte.
      if ((index & 7) === 0 && this.byteAt(index >> 3) === 0) index += 8
      else if (this.has(index)) return index
      else index += 1
    }
    return undefined
  }

  /** The member that has `rank` smaller ones, undefined if there is none. */
  memberAt(rank: number): number | undefined {
    let left = rank
    // Bytes are counted whole, up to the one that it is in.
    for (let first = 0; first < this.chunkCount; first += 8) {
      const count = bitCountOf(this.byteAt(first >> 3))
      if (left < count) return this.#membersFrom(first)[left]
      left -= count
    }
    return undefined
  }

  #membersFrom(first: number): number[] {
    const eight = Array.from({ length: 8 }, (_, i) => first + i)
    return eight.filter((index) => this.has(index))
  }

  /** ⌈n/8⌉ bytes, a copy. */
  bitmap(): Bytes {
    return this.bytes(0, Math.ceil(this.chunkCount / 8))
  }
}
