import type { Bytes } from './bytes.ts'
import { assert } from './errors.ts'
import { takeMemory } from './memory.ts'

/** Writes big-endian fields in order, growing as needed. */
export class ByteWriter {
  #buffer: Bytes
  #length = 0

  /** @param capacityBytes - What is going to be written, where it is known and long: then nothing is copied. */
  constructor(capacityBytes = 256) {
    this.#buffer = takeMemory(capacityBytes)
  }

  u8(value: number): this {
    assert(isUnsigned(value, 2 ** 8), 'a u8')
    return this.bytes(Uint8Array.of(value))
  }

  u16(value: number): this {
    assert(isUnsigned(value, 2 ** 16), 'a u16')
    return this.bytes(Uint8Array.of(value >>> 8, value & 0xff))
  }

  u32(value: number): this {
    assert(isUnsigned(value, 2 ** 32), 'a u32')
    const field = new Uint8Array(4)
    new DataView(field.buffer).setUint32(0, value)
    return this.bytes(field)
  }

  u64(value: number): this {
    assert(isUnsigned(value, 2 ** 53), 'an integer of at most 2^53 - 1')
    const field = new Uint8Array(8)
    new DataView(field.buffer).setBigUint64(0, BigInt(value))
    return this.bytes(field)
  }

  bytes(part: Uint8Array, length = part.length): this {
    assert(part.length === length, `${length} bytes`)
    this.#reserve(part.length)
    this.#buffer.set(part, this.#length)
    this.#length += part.length
    return this
  }

  zeros(length: number): this {
    return this.bytes(new Uint8Array(length))
  }

  /** The writer is not used any more after it. */
  finish(): Bytes {
    if (this.#length === this.#buffer.length) return this.#buffer
    return this.#buffer.slice(0, this.#length)
  }

  #reserve(more: number): void {
    const needed = this.#length + more
    if (needed <= this.#buffer.length) return
    const grown = new Uint8Array(Math.max(needed, this.#buffer.length * 2))
    grown.set(this.#buffer.subarray(0, this.#length))
    this.#buffer = grown
  }
}

function isUnsigned(value: number, end: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < end
}
