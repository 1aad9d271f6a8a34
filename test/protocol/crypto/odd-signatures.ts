import { ed25519 } from '@noble/curves/ed25519.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { concat, parseHex, type Bytes } from '../../../protocol/bytes.ts'

const { Point } = ed25519

export type EdPoint = InstanceType<typeof Point>

/** L: how many multiples the base point has. */
const ORDER = Point.Fn.ORDER
export const IDENTITY = Point.ZERO

/** Every encoding of a point of small order, canonical or not: the 8 torsion points and their aliases. */
export const smallOrder = [
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000080',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  '0100000000000000000000000000000000000000000000000000000000000080',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
].map((text) => parseHex(text, 32) ?? new Uint8Array())

/** A point of order 8. */
export const torsion = Point.fromBytes(smallOrder[4] ?? new Uint8Array())

/** Encodings of points of large order whose y is not below the field's prime. */
export const nonCanonical = Array.from({ length: 19 }, (_, i) =>
  littleBytes(2n ** 255n - 19n + BigInt(i)),
).filter((bytes) => {
  try {
    return !Point.fromBytes(bytes, true).isSmallOrder()
  } catch {
    return false
  }
})

/** A signature by someone who knows the secret key, and picks the public key and R as they like. */
export function signOddly(
  secretKey: Bytes,
  message: Bytes,
  { publicKey, nonce, R }: { publicKey: Bytes; nonce: bigint; R: EdPoint },
): Bytes {
  const { scalar } = ed25519.utils.getExtendedPublicKey(secretKey)
  const k = modulo(little(sha512(concat(encodePoint(R), publicKey, message))))
  return concat(encodePoint(R), littleBytes(modulo(nonce + k * scalar)))
}

/** The same signature with S raised by the group order. */
export function raiseS(signature: Bytes): Bytes {
  return concat(signature.subarray(0, 32), littleBytes(little(signature.subarray(32)) + ORDER))
}

export function encodePoint(point: EdPoint): Bytes {
  return Uint8Array.from(point.toBytes())
}

export function decodePoint(bytes: Bytes): EdPoint {
  return Point.fromBytes(bytes)
}

export function basePoint(times: bigint): EdPoint {
  return Point.BASE.multiply(times)
}

function little(bytes: Uint8Array): bigint {
  return bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
}

function littleBytes(value: bigint): Bytes {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 255n))
}

function modulo(value: bigint): bigint {
  return ((value % ORDER) + ORDER) % ORDER
}
