import { ed25519 } from '@noble/curves/ed25519.js'
import type { Bytes } from '../bytes.ts'

export const PUBLIC_KEY_BYTES = 32
export const SIGNATURE_BYTES = 64

/** RFC 8032 public key of a 32-byte secret key. */
export function publicKeyOf(secretKey: Bytes): Bytes {
  return ed25519.getPublicKey(secretKey)
}

export function sign(message: Bytes, secretKey: Bytes): Bytes {
  return ed25519.sign(message, secretKey)
}

/**
 * Strict verification: canonical points and scalars only and no small-order key, so that no two verifiers
 * ever disagree about a signature.
 */
export function isSigned(
  signature: Uint8Array,
  message: Uint8Array,
  publicKey: Uint8Array,
): boolean {
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false })
  } catch {
    // The library throws on lengths and encodings that it refuses: that is a no.
    return false
  }
}

/** True for a canonical encoding of a point that is not of small order. */
export function isPublicKey(bytes: Uint8Array): boolean {
  try {
    return !ed25519.Point.fromBytes(bytes, false).isSmallOrder()
  } catch {
    return false
  }
}
