import { Bitmap } from '../../../protocol/bitmap.ts'
import type { Bytes } from '../../../protocol/bytes.ts'
import { EXTENT_CHUNKS } from '../../../protocol/limits.ts'

/** Which chunks of a share one seed holds durably. */
export class HeldMap {
  readonly #lengthBytes: number
  #held = new Bitmap()

  constructor(chunkCount: number) {
    // Whole extents, so that the last one reads like the others.
    this.#lengthBytes = Math.ceil(chunkCount / EXTENT_CHUNKS) * (EXTENT_CHUNKS / 8)
  }

  get count(): number {
    return this.#held.size
  }

  /** Takes over what the seed says; what is beyond the share is not looked at. */
  replace(bitmap: Bytes): void {
    this.#held = new Bitmap(bitmap.subarray(0, this.#lengthBytes))
  }

  addRun(first: number, count: number): void {
    for (let index = first; index < first + count; index += 1) this.#held.add(index)
  }

  /** The bits of one extent, its first chunk the most significant of EXTENT_CHUNKS. */
  bitsOf(extent: number): number {
    return (this.byteAt(extent * 2) << 8) | this.byteAt(extent * 2 + 1)
  }

  /** Eight chunks from chunk 8·place on. */
  byteAt(place: number): number {
    return this.#held.byteAt(place)
  }
}

/** All bits of an extent that has `chunkCount` chunks. */
export function fullBits(chunkCount: number): number {
  return ((1 << chunkCount) - 1) << (EXTENT_CHUNKS - chunkCount)
}

/** The shortest run of chunks that covers all bits set: where it starts in the extent, and its length. */
export function runOf(bits: number): { offset: number; count: number } {
  const offset = Math.clz32(bits) - EXTENT_CHUNKS
  const end = EXTENT_CHUNKS - lowestBitOf(bits)
  return { offset, count: end - offset }
}

function lowestBitOf(bits: number): number {
  return 31 - Math.clz32(bits & -bits)
}
