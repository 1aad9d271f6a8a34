import { describe, expect, it } from 'vitest'
import { concat, type Bytes } from '../../../protocol/bytes.ts'
import { isPublicKey, isSigned, publicKeyOf, sign } from '../../../protocol/crypto/ed25519.ts'
import { fixedBytes, flipped } from '../owner.ts'
import { hex, readVectors } from '../vector-reader.ts'
import { encodePoint, IDENTITY, nonCanonical, raiseS, smallOrder } from './odd-signatures.ts'

const secretKey = fixedBytes('ed25519')
const publicKey = publicKeyOf(secretKey)
const message = fixedBytes('message')
const signature = sign(message, secretKey)

describe('Ed25519', () => {
  it('is that of RFC 8032, test 2', () => {
    const secret = hex('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb')
    const key = hex('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c')
    expect(publicKeyOf(secret)).toEqual(key)
    expect(isSigned(sign(Uint8Array.of(0x72), secret), Uint8Array.of(0x72), key)).toBe(true)
  })

  it('refuses a signature with any bit flipped, of another message, or by another key', () => {
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
    expect(isSigned(raiseS(signature), message, publicKey)).toBe(false)
  })

  it('has no key of small order, in whatever encoding', () => {
    // The equation holds for R = identity, S = 0 wherever k times the key vanishes: it must not count.
    const universal: Bytes = concat(encodePoint(IDENTITY), new Uint8Array(32))
    for (const key of smallOrder) {
      expect(isPublicKey(key)).toBe(false)
      for (let i = 0; i < 16; i += 1) expect(isSigned(universal, Uint8Array.of(i), key)).toBe(false)
    }
  })

  it('has one encoding of each key', () => {
    expect(nonCanonical.length).toBeGreaterThan(0)
    for (const key of nonCanonical) expect(isPublicKey(key)).toBe(false)
    expect(isPublicKey(publicKey)).toBe(true)
    expect(isPublicKey(publicKey.slice(1))).toBe(false)
  })
})

// Some only the holder of the secret key can make: what counts is that every node answers the same.
describe('ed25519.json', () => {
  type Vector = Readonly<{ name: string; publicKey: string; message: string; signature: string }>
  const file = readVectors('ed25519.json') as { valid: Vector[]; invalid: Vector[] }
  const holds = (vector: Vector): boolean =>
    isSigned(hex(vector.signature), hex(vector.message), hex(vector.publicKey))

  it.each(file.valid)('accepts: $name', (vector) => {
    expect(holds(vector)).toBe(true)
  })

  it.each(file.invalid)('refuses: $name', (vector) => {
    expect(holds(vector)).toBe(false)
  })
})
