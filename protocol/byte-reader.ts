import type { Bytes } from './bytes.ts'
import { isZero } from './bytes.ts'
import { TransferError, type FaultCode } from './errors.ts'
import { takeMemory } from './memory.ts'

/** Reads big-endian fields in order. Whatever does not fit throws a TransferError with the given code. */
export class ByteReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #code: FaultCode
  #offset = 0

  constructor(bytes: Uint8Array, code: FaultCode) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#code = code
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1))
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2))
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4))
  }

  /** An unsigned 64-bit integer of at most 2^53 − 1. */
  u64(): number {
    const value = this.#view.getBigUint64(this.#advance(8))
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw this.fail('integer above 2^53 - 1')
    return Number(value)
  }

  /** A copy, so that a small field does not keep a large buffer alive. */
  bytes(length: number): Bytes {
    const start = this.#advance(length)
    const copy = takeMemory(length)
    copy.set(this.#bytes.subarray(start, start + length))
    return copy
  }

  expect(literal: Uint8Array, what: string): void {
    const found = this.bytes(literal.length)
    if (!found.every((byte, i) => byte === literal[i])) throw this.fail(`unknown ${what}`)
  }

  zeros(length: number): void {
    if (!isZero(this.bytes(length))) throw this.fail('reserved bytes are not zero')
  }

  end(): void {
    if (this.remaining !== 0) throw this.fail(`${this.remaining} bytes too many`)
  }

  fail(detail: string): TransferError {
    return new TransferError(this.#code, detail)
  }

  #advance(length: number): number {
    if (length > this.remaining) throw this.fail('too short')
    const start = this.#offset
    this.#offset += length
    return start
  }
}
