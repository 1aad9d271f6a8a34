import type { Bytes } from '../../../protocol/bytes.ts'
import { EXTENT_CHUNKS } from '../../../protocol/limits.ts'

const BITS = 8

/** Which chunks of a share one seed holds durably. Bit i of byte i>>3, the most significant first. */
export class HeldMap {
  readonly #bits: Bytes
  #count = 0

  constructor(chunkCount: number) {
    // Whole extents, so that the last one reads like the others.
    this.#bits = new Uint8Array(Math.ceil(chunkCount / EXTENT_CHUNKS) * (EXTENT_CHUNKS / BITS))
  }

  get count(): number {
    return this.#count
  }

  /** Takes over what the seed says; what is beyond the share is not looked at. */
  replace(bitmap: Bytes): void {
    this.#bits.fill(0)
    this.#bits.set(bitmap.subarray(0, this.#bits.length))
    this.#count = this.#bits.reduce((sum, byte) => sum + bitCountOf(byte), 0)
  }

  addRun(first: number, count: number): void {
    for (let index = first; index < first + count; index += 1) {
      const [place, bit] = [index >> 3, 0x80 >> (index & 7)]
      const byte = this.#bits[place] ?? 0
      if ((byte & bit) !== 0) continue
      this.#bits[place] = byte | bit
      this.#count += 1
    }
  }

  /** The bits of one extent, its first chunk the most significant of EXTENT_CHUNKS. */
  bitsOf(extent: number): number {
    return ((this.#bits[extent * 2] ?? 0) << BITS) | (this.#bits[extent * 2 + 1] ?? 0)
  }

  /** Eight chunks from chunk 8·place on. */
  byteAt(place: number): number {
    return this.#bits[place] ?? 0
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

export function bitCountOf(bits: number): number {
  let count = 0
  for (let rest = bits; rest !== 0; rest &= rest - 1) count += 1
  return count
}
