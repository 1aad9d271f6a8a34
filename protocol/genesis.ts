import { sha256 } from '@noble/hashes/sha2.js'
import { concat, encodeUtf8, isZero, type Bytes } from './bytes.ts'
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import { isPublicKey } from './crypto/ed25519.ts'
import { assert, TransferError } from './errors.ts'
import { DENIED_JURISDICTIONS_MAX, KDF_LOG_N_MAX, KDF_LOG_N_MIN, REPLICAS_MAX } from './limits.ts'
import { formatShareId, type ShareId } from './share-id.ts'

/** The immutable public record of a share. Nobody, not even the owner, can change it later. */
export type Genesis = Readonly<{
  /** scrypt N = 2^kdfLogN, or undefined without a password. */
  kdfLogN: number | undefined
  peersForbidden: boolean
  relayOnly: boolean
  /** How many custodians, 1 to REPLICAS_MAX. */
  replicas: number
  /** In how many jurisdictions at least, 1 to `replicas`. */
  jurisdictions: number
  createdAtMs: number
  ownerPublicKey: Bytes
  /** g: public salt, 32 bytes. */
  salt: Bytes
  /** Salt of the password, 16 bytes; zero without one. */
  passSalt: Bytes
  keyCommit: Bytes
  readHash: Bytes
  /** ISO 3166-1 alpha-2 codes, ascending, at most DENIED_JURISDICTIONS_MAX. */
  denied: readonly string[]
}>

export const GENESIS_BYTES = 180
const MAGIC = encodeUtf8('SKG1')
const SUITE = 1
const CHUNK_LOG = 18
const flagBits = { password: 1, peersForbidden: 2, relayOnly: 4 } as const

/** `shareId` = first 20 bytes of SHA-256("skerry/1 share\0" ‖ genesis). */
export function shareIdOf(genesis: Bytes): ShareId {
  return formatShareId(sha256(concat(encodeUtf8('skerry/1 share\0'), genesis)).slice(0, 20))
}

/** SPEC.md §3. */
export function encodeGenesis(genesis: Genesis): Bytes {
  assert(isValid(genesis), 'a valid genesis')
  return new ByteWriter()
    .bytes(MAGIC)
    .u8(SUITE)
    .u8(flagsOf(genesis))
    .u8(genesis.kdfLogN ?? 0)
    .u8(CHUNK_LOG)
    .u8(genesis.replicas)
    .u8(genesis.jurisdictions)
    .zeros(2)
    .u64(genesis.createdAtMs)
    .bytes(genesis.ownerPublicKey, 32)
    .bytes(genesis.salt, 32)
    .bytes(genesis.passSalt, 16)
    .bytes(genesis.keyCommit, 32)
    .bytes(genesis.readHash, 32)
    .bytes(encodeDenied(genesis.denied), 16)
    .finish()
}

/** @throws {TransferError} GENESIS_INVALID for anything but an exact, valid genesis of suite 1. */
export function decodeGenesis(bytes: Uint8Array): Genesis {
  const reader = new ByteReader(bytes, 'GENESIS_INVALID')
  reader.expect(MAGIC, 'magic')
  reader.expect(Uint8Array.of(SUITE), 'suite')
  const flags = reader.u8()
  const kdfLogN = reader.u8()
  reader.expect(Uint8Array.of(CHUNK_LOG), 'chunk size')
  const replicas = reader.u8()
  const jurisdictions = reader.u8()
  reader.zeros(2)
  const genesis: Genesis = {
    kdfLogN: (flags & flagBits.password) === 0 ? undefined : kdfLogN,
    peersForbidden: (flags & flagBits.peersForbidden) !== 0,
    relayOnly: (flags & flagBits.relayOnly) !== 0,
    replicas,
    jurisdictions,
    createdAtMs: reader.u64(),
    ownerPublicKey: reader.bytes(32),
    salt: reader.bytes(32),
    passSalt: reader.bytes(16),
    keyCommit: reader.bytes(32),
    readHash: reader.bytes(32),
    denied: decodeDenied(reader.bytes(16)),
  }
  reader.end()
  // Unknown flags, a KDF cost without a password and repeated codes would not come back the same.
  if (flags !== flagsOf(genesis) || kdfLogN !== (genesis.kdfLogN ?? 0) || !isValid(genesis)) {
    throw new TransferError('GENESIS_INVALID', 'This share was made with parameters unknown here.')
  }
  return genesis
}

function isValid(genesis: Genesis): boolean {
  const { replicas, jurisdictions, kdfLogN, passSalt, denied } = genesis
  const policy = 1 <= jurisdictions && jurisdictions <= replicas && replicas <= REPLICAS_MAX
  const password =
    kdfLogN === undefined
      ? isZero(passSalt)
      : KDF_LOG_N_MIN <= kdfLogN && kdfLogN <= KDF_LOG_N_MAX && !isZero(passSalt)
  return policy && password && isDenied(denied) && isPublicKey(genesis.ownerPublicKey)
}

function isDenied(codes: readonly string[]): boolean {
  if (codes.length > DENIED_JURISDICTIONS_MAX) return false
  return codes.every(
    (code, i) => /^[A-Z]{2}$/.test(code) && (i === 0 || (codes[i - 1] ?? '') < code),
  )
}

function flagsOf({ kdfLogN, peersForbidden, relayOnly }: Genesis): number {
  return (
    (kdfLogN === undefined ? 0 : flagBits.password) |
    (peersForbidden ? flagBits.peersForbidden : 0) |
    (relayOnly ? flagBits.relayOnly : 0)
  )
}

function encodeDenied(codes: readonly string[]): Bytes {
  const field = new Uint8Array(2 * DENIED_JURISDICTIONS_MAX)
  field.set(encodeUtf8(codes.join('')))
  return field
}

function decodeDenied(field: Bytes): string[] {
  const length = field.findLastIndex((byte) => byte !== 0) + 1
  const letters = String.fromCharCode(...field.subarray(0, length))
  return letters.match(/[^]{1,2}/g) ?? []
}
