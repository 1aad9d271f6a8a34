import { sha256 } from '@noble/hashes/sha2.js'
import type { Offer } from '../../protocol/accept.ts'
import { concat, encodeUtf8, type Bytes } from '../../protocol/bytes.ts'
import { deletedCheckpoint, signCheckpoint, type Checkpoint } from '../../protocol/checkpoint.ts'
import { publicKeyOf, sign } from '../../protocol/crypto/ed25519.ts'
import { TransferError, type FaultCode } from '../../protocol/errors.ts'
import { encodeGenesis, shareIdOf, type Genesis } from '../../protocol/genesis.ts'
import { extentHashOf, rootOf, splitExtents, type ExtentHashes } from '../../protocol/hash-list.ts'
import {
  deriveContentKeys,
  deriveHelpKey,
  deriveReadToken,
  readHashOf,
  type ContentKeys,
} from '../../protocol/key-schedule.ts'
import { CHUNK_PLAIN_BYTES } from '../../protocol/limits.ts'
import type { ShareId } from '../../protocol/share-id.ts'

export const NOW_MS = Date.UTC(2026, 0, 1)

/** A share with fixed secrets, whose owner publishes whatever a test asks for. */
export type Owner = Readonly<{
  secret: Bytes
  ownerSeed: Bytes
  genesis: Genesis
  genesisBytes: Bytes
  shareId: ShareId
  keys: ContentKeys
}>

/** 32 bytes that look random and are the same in every run. */
export function fixedBytes(name: string, length = 32): Bytes {
  return sha256(encodeUtf8(name)).slice(0, length)
}

/** @param name - Another name is another share, with other keys. */
export async function createOwner(name: string, changes: Partial<Genesis> = {}): Promise<Owner> {
  const secret = fixedBytes(`${name} S`, 16)
  const ownerSeed = fixedBytes(`${name} owner`)
  const salt = fixedBytes(`${name} g`)
  const keys = await deriveContentKeys(secret, salt, undefined)
  const genesis: Genesis = {
    kdfLogN: undefined,
    peersForbidden: false,
    relayOnly: false,
    replicas: 2,
    jurisdictions: 2,
    createdAtMs: NOW_MS,
    ownerPublicKey: publicKeyOf(ownerSeed),
    salt,
    passSalt: new Uint8Array(16),
    keyCommit: keys.keyCommit,
    readHash: readHashOf(deriveReadToken(deriveHelpKey(secret), salt)),
    denied: [],
    ...changes,
  }
  const genesisBytes = encodeGenesis(genesis)
  const shareId = shareIdOf(genesisBytes)
  return { secret, ownerSeed, genesis, genesisBytes, shareId, keys }
}

/** `count` chunk hashes, one after the other; a share of another `name` has none of them. */
export function fixedHashes(count: number, name = 'chunk'): Bytes {
  return concat(...Array.from({ length: count }, (_, i) => fixedBytes(`${name} ${i}`)))
}

export function extentsOf(hashes: Bytes): ExtentHashes[] {
  return splitExtents(hashes).map((chunkHashes, e) => {
    return { hash: extentHashOf(e, chunkHashes), chunkHashes }
  })
}

/** A consistent checkpoint over `hashes`, open unless told otherwise. */
export function checkpointOf(
  owner: Owner,
  hashes: Bytes,
  changes: Partial<Checkpoint> = {},
): Checkpoint {
  const chunkCount = hashes.length / 32
  const hashesOfExtents = extentsOf(hashes).map(({ hash }) => hash)
  return {
    shareId: owner.shareId,
    seq: 1,
    state: 'open',
    chunkCount,
    lastChunkBytes: chunkCount === 0 ? 0 : CHUNK_PLAIN_BYTES,
    expiresAtMs: NOW_MS + 1000,
    issuedAtMs: NOW_MS,
    indexBytes: chunkCount === 0 ? 0 : 4124,
    indexHash: chunkCount === 0 ? new Uint8Array(32) : fixedBytes('index'),
    root: rootOf(chunkCount, hashesOfExtents),
    ...changes,
  }
}

/** The checkpoint signed, with its whole hash list. */
export function offerOf(owner: Owner, hashes: Bytes, changes: Partial<Checkpoint> = {}): Offer {
  return {
    shareId: owner.shareId,
    genesis: owner.genesis,
    checkpoint: signCheckpoint(checkpointOf(owner, hashes, changes), owner.ownerSeed),
    extents: extentsOf(hashes),
  }
}

/** The last word of the owner. It travels without hashes. */
export function deletionOf(owner: Owner, seq: number, issuedAtMs = NOW_MS): Offer {
  const { shareId, genesis } = owner
  const deleted = deletedCheckpoint(shareId, seq, issuedAtMs)
  return { shareId, genesis, checkpoint: signCheckpoint(deleted, owner.ownerSeed), extents: [] }
}

/** Signs whatever stands in the body, as an owner would who does not keep to the format. */
export function resign(checkpoint: Bytes, ownerSeed: Bytes): Bytes {
  const body = checkpoint.slice(0, -64)
  return concat(body, sign(body, ownerSeed))
}

/** The same bytes, but for those from `offset` on. */
export function patched(bytes: Bytes, offset: number, patch: readonly number[]): Bytes {
  const changed = bytes.slice()
  changed.set(patch, offset)
  return changed
}

/** The same bytes with one bit the other way round. */
export function flipped(bytes: Bytes, bit: number): Bytes {
  const changed = bytes.slice()
  changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7))
  return changed
}

/** Long bytes in few words: byte j is `step`·j mod 256. */
export function patternBytes(step: number, length: number): Bytes {
  return new Uint8Array(length).map((_zero, j) => step * j)
}

/** The code of the fault that `run` ends with, or `none`. Whatever else is thrown is thrown on. */
export async function faultOf(run: () => unknown): Promise<FaultCode | 'none'> {
  try {
    await run()
  } catch (error) {
    if (error instanceof TransferError) return error.code
    throw error
  }
  return 'none'
}
