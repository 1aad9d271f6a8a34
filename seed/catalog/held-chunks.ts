import type { Bytes } from '../../protocol/bytes.ts'
import { EXTENT_CHUNKS } from '../../protocol/limits.ts'

const BITS = 8

/** Which chunks of one share are held durably. Bit i of byte i>>3, the most significant first. */
export class HeldChunks {
  #bits: Bytes = new Uint8Array(0)
  #count = 0

  /** How many chunks are held. */
  get count(): number {
    return this.#count
  }

  has(index: number): boolean {
    return ((this.#bits[index >> 3] ?? 0) & bitOf(index)) !== 0
  }

  add(index: number): void {
    if (this.has(index)) return
    this.#reserve((index >> 3) + 1)
    this.#bits[index >> 3] = (this.#bits[index >> 3] ?? 0) | bitOf(index)
    this.#count += 1
  }

  delete(index: number): void {
    if (!this.has(index)) return
    this.#bits[index >> 3] = (this.#bits[index >> 3] ?? 0) & ~bitOf(index)
    this.#count -= 1
  }

  clear(): void {
    this.#bits = new Uint8Array(0)
    this.#count = 0
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
    const bitmap = new Uint8Array(Math.ceil(chunkCount / BITS))
    bitmap.set(this.#bits.subarray(0, bitmap.length))
    return bitmap
  }

  /** The bits of one extent, its first chunk the most significant of 16. */
  extentBits(extent: number): number {
    const first = (extent * EXTENT_CHUNKS) >> 3
    return ((this.#bits[first] ?? 0) << BITS) | (this.#bits[first + 1] ?? 0)
  }

  /** @param bits - As `extentBits` gives them. */
  addExtentBits(extent: number, bits: number): void {
    for (let i = 0; i < EXTENT_CHUNKS; i += 1) {
      const index = extent * EXTENT_CHUNKS + i
      if ((bits & extentBitOf(extent, index)) !== 0) this.add(index)
    }
  }

  #reserve(length: number): void {
    if (length <= this.#bits.length) return
    const grown = new Uint8Array(Math.max(length, this.#bits.length * 2))
    grown.set(this.#bits)
    this.#bits = grown
  }
}

/** The bit of chunk `index` in what `extentBits` gives for `extent`; 0 if it stands in another one. */
export function extentBitOf(extent: number, index: number): number {
  const place = index - extent * EXTENT_CHUNKS
  return place >= 0 && place < EXTENT_CHUNKS ? 1 << (EXTENT_CHUNKS - 1 - place) : 0
}

function bitOf(index: number): number {
  return 0x80 >> (index & 7)
}
