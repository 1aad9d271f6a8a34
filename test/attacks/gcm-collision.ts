import { createCipheriv, createDecipheriv } from 'node:crypto'
import { concat, type Bytes } from '../../protocol/bytes.ts'

/**
 * One AES-256-GCM ciphertext that is authentic under two keys (Dodis et al., "Fast Message Franking", 2018;
 * Len, Grubbs and Ristenpart, "Partitioning Oracle Attacks", 2021).
 *
 * The tag is linear in the ciphertext: of two blocks the first is free, and the second is solved for so that
 * both keys give the same tag.
 *
 * @returns nonce ‖ two blocks ‖ tag.
 */
export function collide(keys: readonly [Bytes, Bytes], nonce: Bytes, aad: Bytes): Bytes {
  const [first, second] = keys
  const free = new Uint8Array(16).fill(0x5a)
  // tag = E(J0) ⊕ GHASH, and in GHASH the second block C is multiplied by H².
  const [a, b] = [partOf(first, nonce, aad, free), partOf(second, nonce, aad, free)]
  const solved = multiply(a.rest ^ b.rest, inverse(a.square ^ b.square))
  const blocks = concat(free, toBytes(solved))
  const tag = toBytes(a.rest ^ multiply(solved, a.square))
  for (const key of keys) {
    const cipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(aad).setAuthTag(tag)
    cipher.update(blocks)
    cipher.final()
  }
  return concat(nonce, blocks, tag)
}

/** The tag's parts under one key: what the second block is multiplied by, and all that it is added to. */
function partOf(
  key: Bytes,
  nonce: Bytes,
  aad: Bytes,
  free: Bytes,
): { square: bigint; rest: bigint } {
  const H = toField(encrypt(key, new Uint8Array(16)))
  const mask = toField(encrypt(key, concat(nonce, Uint8Array.of(0, 0, 0, 1))))
  const padded = concat(aad, new Uint8Array((16 - (aad.length % 16)) % 16))
  const lengths = new Uint8Array(16)
  const view = new DataView(lengths.buffer)
  view.setUint32(4, aad.length * 8)
  view.setUint32(12, 2 * 16 * 8)
  let hash = 0n
  for (let at = 0; at < padded.length; at += 16) {
    hash = multiply(hash ^ toField(padded.slice(at, at + 16)), H)
  }
  hash = multiply(hash ^ toField(free), H)
  const square = multiply(H, H)
  return { square, rest: multiply(hash, square) ^ multiply(toField(lengths), H) ^ mask }
}

/** One block of AES: counter mode of zeros, with the block as the counter. */
function encrypt(key: Bytes, block: Bytes): Bytes {
  return Uint8Array.from(createCipheriv('aes-256-ctr', key, block).update(new Uint8Array(16)))
}

/** Blocks as elements of GF(2^128), the first bit highest (SP 800-38D, §6.3). */
function toField(block: Bytes): bigint {
  return block.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
}

function toBytes(value: bigint): Bytes {
  return Uint8Array.from({ length: 16 }, (_, i) => Number((value >> BigInt(8 * (15 - i))) & 255n))
}

function multiply(x: bigint, y: bigint): bigint {
  const reduction = 0xe1n << 120n
  let product = 0n
  let shifted = y
  for (let bit = 127n; bit >= 0n; bit -= 1n) {
    if (((x >> bit) & 1n) === 1n) product ^= shifted
    shifted = (shifted & 1n) === 1n ? (shifted >> 1n) ^ reduction : shifted >> 1n
  }
  return product
}

/** x^(2^128 − 2), by Fermat. */
function inverse(x: bigint): bigint {
  let power = x
  let result = 1n << 127n
  for (let i = 0; i < 127; i += 1) {
    power = multiply(power, power)
    result = multiply(result, power)
  }
  return result
}
