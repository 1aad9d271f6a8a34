import * as v from 'valibot'
import { formatHex, parseHex, type Bytes } from './bytes.ts'
import { PUBLIC_KEY_BYTES } from './crypto/ed25519.ts'
import { assert, TransferError } from './errors.ts'

/** Names one seed: its Ed25519 public key in 64 lower-case hex digits. */
export type SeedId = string & { readonly brand: 'SeedId' }

export const seedIdSchema: v.GenericSchema<unknown, SeedId> = v.pipe(
  v.string(),
  v.guard((text): text is SeedId => /^[0-9a-f]{64}$/.test(text)),
)

/** @throws {TransferError} REQUEST_INVALID unless `text` is 64 lower-case hex digits. */
export function parseSeedId(text: string): SeedId {
  if (parseHex(text, PUBLIC_KEY_BYTES) === undefined) {
    throw new TransferError('REQUEST_INVALID', 'not a seed id')
  }
  return text as SeedId
}

/** @param publicKey - PUBLIC_KEY_BYTES bytes. */
export function seedIdOf(publicKey: Bytes): SeedId {
  assert(publicKey.length === PUBLIC_KEY_BYTES, 'a public key of 32 bytes')
  return parseSeedId(formatHex(publicKey))
}

/** The public key that the id names. */
export function seedIdBytes(id: SeedId): Bytes {
  const bytes = parseHex(id, PUBLIC_KEY_BYTES)
  assert(bytes !== undefined, 'a parsed seed id')
  return bytes
}
