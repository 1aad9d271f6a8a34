import { ed25519 } from '@noble/curves/ed25519.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { describe, expect, it } from 'vitest'
import { concat, parseHex, type Bytes } from '../../../protocol/bytes.ts'
import { isPublicKey, isSigned, publicKeyOf, sign } from '../../../protocol/crypto/ed25519.ts'
import { fixedBytes, flipped } from '../owner.ts'

const { Point } = ed25519
type EdPoint = InstanceType<typeof Point>

const ORDER = Point.Fn.ORDER
const secretKey = fixedBytes('ed25519')
const publicKey = publicKeyOf(secretKey)
const message = fixedBytes('message')
const point = Point.fromBytes(publicKey)
const hex = (text: string): Bytes => parseHex(text, 32) ?? new Uint8Array()

const little = (bytes: Uint8Array): bigint =>
  bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
const littleBytes = (value: bigint): Bytes =>
  Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 255n))
const modulo = (value: bigint): bigint => ((value % ORDER) + ORDER) % ORDER
const bytesOf = (of: EdPoint): Bytes => Uint8Array.from(of.toBytes())

/** Every encoding of a point of small order, canonical or not: the 8 torsion points and their aliases. */
const smallOrder = [
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
].map(hex)

/** Encodings of points of large order whose y is not below the field's prime. */
const nonCanonical = Array.from({ length: 19 }, (_, i) =>
  littleBytes(2n ** 255n - 19n + BigInt(i)),
).filter((bytes) => {
  try {
    return !Point.fromBytes(bytes, true).isSmallOrder()
  } catch {
    return false
  }
})

/** A signature by someone who knows the secret scalar and picks R as they like. */
function signWith(key: Bytes, nonce: bigint, noncePoint: EdPoint): Bytes {
  const R = bytesOf(noncePoint)
  const { scalar } = ed25519.utils.getExtendedPublicKey(secretKey)
  const k = modulo(little(sha512(concat(R, key, message))))
  return concat(R, littleBytes(modulo(nonce + k * scalar)))
}

describe('Ed25519', () => {
  it('is that of RFC 8032, test 2', () => {
    const secret = hex('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb')
    const key = hex('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c')
    expect(publicKeyOf(secret)).toEqual(key)
    expect(isSigned(sign(Uint8Array.of(0x72), secret), Uint8Array.of(0x72), key)).toBe(true)
  })

  it('refuses a signature with any bit flipped, of another message, or by another key', () => {
    const signature = sign(message, secretKey)
    expect(isSigned(signature, message, publicKey)).toBe(true)
    for (let bit = 0; bit < 512; bit += 3) {
      expect(isSigned(flipped(signature, bit), message, publicKey)).toBe(false)
    }
    expect(isSigned(signature, fixedBytes('another'), publicKey)).toBe(false)
    expect(isSigned(signature, message, publicKeyOf(fixedBytes('another')))).toBe(false)
    expect(isSigned(signature.slice(1), message, publicKey)).toBe(false)
    expect(isSigned(signature, message, publicKey.slice(1))).toBe(false)
  })

  it('refuses a second form of the same signature: S at or above the group order', () => {
    const signature = sign(message, secretKey)
    const S = little(signature.subarray(32))
    const second = concat(signature.subarray(0, 32), littleBytes(S + ORDER))
    expect(isSigned(second, message, publicKey)).toBe(false)
  })

  it('has no key of small order, in whatever encoding', () => {
    for (const key of smallOrder) {
      expect(isPublicKey(key)).toBe(false)
      // The equation holds for R = identity, S = 0 wherever k times the key vanishes: it must not count.
      const forged = concat(bytesOf(Point.ZERO), new Uint8Array(32))
      for (let i = 0; i < 16; i += 1) {
        expect(isSigned(forged, Uint8Array.of(i), key)).toBe(false)
      }
    }
  })

  it('has one encoding of each key', () => {
    expect(nonCanonical.length).toBeGreaterThan(0)
    for (const key of nonCanonical) expect(isPublicKey(key)).toBe(false)
    expect(isPublicKey(publicKey)).toBe(true)
    expect(isPublicKey(publicKey.slice(1))).toBe(false)
  })

  // Only the holder of the secret key can make these. What counts is that every node answers the same, so the
  // cofactored equation is part of the format: SPEC.md §1.3.
  it('clears the cofactor, for keys and for signatures of mixed order', () => {
    const torsion = Point.fromBytes(
      hex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'),
    )
    const mixedKey = bytesOf(point.add(torsion))
    const nonce = 12_345n
    const R = Point.BASE.multiply(nonce)
    expect(isPublicKey(mixedKey)).toBe(true)
    expect(isSigned(signWith(mixedKey, nonce, R), message, mixedKey)).toBe(true)
    expect(isSigned(signWith(publicKey, nonce, R.add(torsion)), message, publicKey)).toBe(true)
  })

  it('refuses an R that is not canonical', () => {
    const signature = sign(message, secretKey)
    for (const R of nonCanonical) {
      expect(isSigned(concat(R, signature.subarray(32)), message, publicKey)).toBe(false)
    }
  })
})
