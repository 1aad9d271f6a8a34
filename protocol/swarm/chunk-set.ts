import type { Bytes } from '../bytes.ts'

/** A set of chunks of one share. As a bitmap, chunk i is bit i of byte i >> 3, the most significant first. */
export class ChunkSet {
  readonly chunkCount: number
  readonly #bits: Bytes
  #size = 0

  /** @param bitmap - Copied; bits beyond `chunkCount` are not looked at, and missing ones are zero. */
  constructor(chunkCount: number, bitmap?: Uint8Array) {
    this.chunkCount = chunkCount
    this.#bits = new Uint8Array(Math.ceil(chunkCount / 8))
    if (bitmap === undefined) return
    this.#bits.set(bitmap.subarray(0, this.#bits.length))
    const spare = this.#bits.length * 8 - chunkCount
    const last = this.#bits.length - 1
    if (last >= 0) this.#bits[last] = (this.#bits[last] ?? 0) & (0xff << spare)
    for (const byte of this.#bits) this.#size += bitCount(byte)
  }

  static full(chunkCount: number): ChunkSet {
    return new ChunkSet(chunkCount, new Uint8Array(Math.ceil(chunkCount / 8)).fill(0xff))
  }

  get size(): number {
    return this.#size
  }

  get isFull(): boolean {
    return this.#size === this.chunkCount
  }

  has(index: number): boolean {
    return ((this.#bits[index >> 3] ?? 0) & bitOf(index)) !== 0
  }

  /** @returns False if it was there already, or is no chunk of the share. */
  add(index: number): boolean {
    if (index >= this.chunkCount || this.has(index)) return false
    this.#bits[index >> 3] = (this.#bits[index >> 3] ?? 0) | bitOf(index)
    this.#size += 1
    return true
  }

  /** @returns False if it was not there. */
  delete(index: number): boolean {
    if (!this.has(index)) return false
    this.#bits[index >> 3] = (this.#bits[index >> 3] ?? 0) & ~bitOf(index)
    this.#size -= 1
    return true
  }

  addRange(first: number, end: number): void {
    for (let index = first; index < end; index += 1) this.add(index)
  }

  /** The first member from `from` on, undefined if there is none. */
  nextFrom(from: number): number | undefined {
    let index = from
    while (index < this.chunkCount) {
      // Empty bytes are skipped whole: a resumed share may be done up to its last gigabyte.
      if ((index & 7) === 0 && this.#bits[index >> 3] === 0) index += 8
      else if (this.has(index)) return index
      else index += 1
    }
    return undefined
  }

  /** ⌈n/8⌉ bytes, a copy. */
  bitmap(): Bytes {
    return this.#bits.slice()
  }
}

function bitOf(index: number): number {
  return 0x80 >> (index & 7)
}

function bitCount(byte: number): number {
  let count = 0
  for (let rest = byte; rest !== 0; rest &= rest - 1) count += 1
  return count
}
