import type { Bytes } from './bytes.ts'

/**
 * A set of small numbers, a bit each: number i is bit i of byte i >> 3, the most significant first. It grows to the
 * largest number that is added, so that whoever adds bounds it.
 */
export class Bitmap {
  #bits: Bytes
  #size = 0

  /** @param bitmap - Copied. */
  constructor(bitmap: Uint8Array = new Uint8Array(32)) {
    this.#bits = Uint8Array.from(bitmap)
    this.#size = setCountOf(bitmap)
  }

  get size(): number {
    return this.#size
  }

  has(index: number): boolean {
    return (this.byteAt(index >> 3) & bitOf(index)) !== 0
  }

  /** @returns False if it was there already. */
  add(index: number): boolean {
    if (this.has(index)) return false
    this.#reserve((index >> 3) + 1)
    this.#bits[index >> 3] = this.byteAt(index >> 3) | bitOf(index)
    this.#size += 1
    return true
  }

  /** @returns False if it was not there. */
  delete(index: number): boolean {
    if (!this.has(index)) return false
    this.#bits[index >> 3] = this.byteAt(index >> 3) & ~bitOf(index)
    this.#size -= 1
    return true
  }

  clear(): void {
    this.#bits.fill(0)
    this.#size = 0
  }

  /** Eight numbers, from 8·place on. */
  byteAt(place: number): number {
    return this.#bits[place] ?? 0
  }

  /** A copy, with zeros where nothing was ever added. */
  bytes(first: number, end: number): Bytes {
    const bytes = new Uint8Array(end - first)
    bytes.set(this.#bits.subarray(first, end))
    return bytes
  }

  /** Behind the last byte that has a number. */
  get endByte(): number {
    return this.#bits.findLastIndex((byte) => byte !== 0) + 1
  }

  #reserve(lengthBytes: number): void {
    if (lengthBytes <= this.#bits.length) return
    const grown = new Uint8Array(Math.max(lengthBytes, 2 * this.#bits.length))
    grown.set(this.#bits)
    this.#bits = grown
  }
}

/** How many bits of a bitmap are set. */
export function setCountOf(bitmap: Uint8Array): number {
  return bitmap.reduce((sum, byte) => sum + bitCountOf(byte), 0)
}

/** How many bits of one number are set. */
export function bitCountOf(bits: number): number {
  let count = 0
  for (let rest = bits; rest !== 0; rest &= rest - 1) count += 1
  return count
}

function bitOf(index: number): number {
  return 0x80 >> (index & 7)
}
