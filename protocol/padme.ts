import { assert } from './errors.ts'
import { CHUNK_PLAIN_BYTES, PADDED_BYTES_MIN } from './limits.ts'

/**
 * Padmé: rounds a length up so that it leaks O(log log L) bits at a cost of at most 12 %.
 *
 * @param length - 2 to 2^52: what is rounded up stays exact.
 * @see PURBs, https://eprint.iacr.org/2019/1033, §4
 */
export function padme(length: number): number {
  assert(Number.isInteger(length) && length >= 2 && length <= 2 ** 52, 'a length from 2 to 2^52')
  const exponent = Math.floor(log2(length))
  const significand = Math.floor(log2(exponent)) + 1
  // Arithmetic instead of shifts: lengths go beyond 32 bits.
  const step = 2 ** Math.max(0, exponent - significand)
  return Math.ceil(length / step) * step
}

/** Length of the stream for files of `lengthBytes` in all, and of the index for so many bytes of JSON. */
export function paddedBytes(lengthBytes: number): number {
  return padme(Math.max(lengthBytes, PADDED_BYTES_MIN))
}

export function chunkCountOf(lengthBytes: number): number {
  return Math.ceil(lengthBytes / CHUNK_PLAIN_BYTES)
}

/** Plain bytes of the last chunk of a stream. */
export function lastChunkBytes(lengthBytes: number): number {
  return lengthBytes - (chunkCountOf(lengthBytes) - 1) * CHUNK_PLAIN_BYTES
}

/** floor(log2) that is exact at powers of two, where Math.log2 may be off by one bit. */
function log2(value: number): number {
  const guess = Math.floor(Math.log2(value))
  if (2 ** guess > value) return guess - 1
  return 2 ** (guess + 1) <= value ? guess + 1 : guess
}
