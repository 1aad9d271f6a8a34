import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { takeMemory } from './memory.ts'

/** Bytes that own a plain ArrayBuffer, so that they can be transferred between threads. */
export type Bytes = Uint8Array<ArrayBuffer>

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Joins the parts into new bytes. */
export function concat(...parts: readonly Uint8Array[]): Bytes {
  return concatAll(parts)
}

/** The same, of as many parts as others choose: as arguments of a call, more than about 100,000 fail. */
export function concatAll(parts: readonly Uint8Array[]): Bytes {
  const whole = takeMemory(parts.reduce((sum, { length }) => sum + length, 0))
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}

/** The same bytes in a buffer that holds nothing else, so that it can be transferred: a copy only where it must be. */
export function ownBytes(bytes: Uint8Array): Bytes {
  const { buffer, length } = bytes
  const isWhole = buffer instanceof ArrayBuffer && buffer.byteLength === length
  return isWhole ? new Uint8Array(buffer) : new Uint8Array(bytes)
}

/** Compares in constant time for equal lengths: tokens go through here as well as hashes. */
export function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i += 1) difference |= (a[i] ?? 0) ^ (b[i] ?? 0)
  return difference === 0
}

export function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0)
}

/** Orders bytes as big-endian numbers of equal length. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < Math.min(a.length, b.length); i += 1) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

export function formatHex(bytes: Uint8Array): string {
  return bytesToHex(bytes)
}

/** @returns undefined unless `text` is exactly `lengthBytes` bytes in lower-case hex. */
export function parseHex(text: string, lengthBytes: number): Bytes | undefined {
  if (text.length !== lengthBytes * 2 || !/^[0-9a-f]*$/.test(text)) return undefined
  return hexToBytes(text)
}

export function encodeUtf8(text: string): Bytes {
  return encoder.encode(text)
}

/** @throws {TypeError} if the bytes are not well-formed UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes)
}
