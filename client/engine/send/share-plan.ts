import type { Bytes } from '../../../protocol/bytes.ts'
import { engine } from '../../../protocol/crypto/engine.ts'
import { publicKeyOf } from '../../../protocol/crypto/ed25519.ts'
import { decodeGenesis, encodeGenesis, shareIdOf, type Genesis } from '../../../protocol/genesis.ts'
import {
  deriveContentKeys,
  deriveHelpKey,
  deriveReadToken,
  openContentKeys,
  readHashOf,
  type ContentKeys,
} from '../../../protocol/key-schedule.ts'
import { KDF_LOG_N_MIN } from '../../../protocol/limits.ts'
import { chunkCountOf, lastChunkBytes, paddedBytes } from '../../../protocol/padme.ts'
import type { Policy } from '../../../protocol/placement.ts'
import { sealIndex, totalBytesOf, type IndexEntry } from '../../../protocol/share-index.ts'
import type { ShareId } from '../../../protocol/share-id.ts'
import type { FileSource } from '../file-source.ts'
import type { Network } from '../network.ts'
import { checkPlaces, checkRequest } from './preflight.ts'

/** What only the owner has: S and the signing key. */
export type OwnerSecrets = Readonly<{ ownerSeed: Bytes; secret: Bytes }>

/** What a person asks for when sending. */
export type ShareRequest = Readonly<{
  /** In stream order. */
  files: readonly FileSource[]
  policy: Policy
  password?: string
  expiresInMs: number
  peers: 'direct' | 'relayed' | 'forbidden'
}>

/** A share that has an id, keys and a size, before its first byte is read. */
export type SharePlan = Readonly<{
  shareId: ShareId
  genesis: Genesis
  genesisBytes: Bytes
  secrets: OwnerSecrets
  readToken: Bytes
  keys: ContentKeys
  expiresAtMs: number
  files: readonly FileSource[]
  sealedIndex: Bytes
  indexHash: Bytes
  /** Of all files together. */
  totalBytes: number
  /** L: files and padding. */
  streamBytes: number
  chunkCount: number
  /** Plain bytes of the last chunk. */
  lastChunkBytes: number
}>

export type PlanPorts = Readonly<{ randomBytes: (count: number) => Bytes; nowMs: () => number }>

const SECRET_BYTES = 16
const SALT_BYTES = 32
const PASS_SALT_BYTES = 16

/**
 * Makes a new share: secrets, genesis, id and index. Reads no file, and tells nobody.
 *
 * @throws {TransferError} NOTHING_TO_SEND, SHARE_TOO_LARGE, USAGE, POLICY_UNMET, INDEX_INVALID.
 */
export async function planShare(
  request: ShareRequest,
  network: Network,
  { randomBytes, nowMs }: PlanPorts,
): Promise<SharePlan> {
  checkRequest(request.files, request.expiresInMs, network)
  const secrets = { ownerSeed: randomBytes(SALT_BYTES), secret: randomBytes(SECRET_BYTES) }
  const salt = randomBytes(SALT_BYTES)
  const hasPassword = request.password !== undefined
  const passSalt = hasPassword ? randomBytes(PASS_SALT_BYTES) : new Uint8Array(PASS_SALT_BYTES)
  const kdfLogN = hasPassword ? KDF_LOG_N_MIN : undefined
  const password =
    request.password === undefined
      ? undefined
      : { text: request.password, parameters: { kdfLogN, passSalt } }
  const keys = await deriveContentKeys(secrets.secret, salt, password)
  const genesis: Genesis = {
    kdfLogN,
    peersForbidden: request.peers === 'forbidden',
    relayOnly: request.peers === 'relayed',
    replicas: request.policy.replicas,
    jurisdictions: request.policy.jurisdictions,
    createdAtMs: nowMs(),
    ownerPublicKey: publicKeyOf(secrets.ownerSeed),
    salt,
    passSalt,
    keyCommit: keys.keyCommit,
    readHash: readHashOf(deriveReadToken(deriveHelpKey(secrets.secret), salt)),
    denied: [...new Set(request.policy.denied)].toSorted(),
  }
  const genesisBytes = encodeGenesis(genesis)
  checkPlaces(shareIdOf(genesisBytes), genesis, network.directory.seeds)
  const expiresAtMs = genesis.createdAtMs + request.expiresInMs
  return completePlan({ genesis, genesisBytes, secrets, keys, expiresAtMs }, request.files)
}

/** What a journal keeps of a plan, the files apart. */
export type KeptPlan = Readonly<{
  genesisBytes: Bytes
  secrets: OwnerSecrets
  expiresAtMs: number
}>

/**
 * Makes the plan of an earlier run again, from the same files.
 *
 * @throws {TransferError} PASSWORD_NEEDED, PASSWORD_WRONG
 */
export async function restorePlan(
  kept: KeptPlan,
  files: readonly FileSource[],
  password: string | undefined,
): Promise<SharePlan> {
  const genesis = decodeGenesis(kept.genesisBytes)
  const keys = await openContentKeys(genesis, kept.secrets.secret, password)
  return completePlan({ ...kept, genesis, keys }, files)
}

type PlanStart = KeptPlan & Pick<SharePlan, 'genesis' | 'keys'>

async function completePlan(start: PlanStart, files: readonly FileSource[]): Promise<SharePlan> {
  const shareId = shareIdOf(start.genesisBytes)
  const entries = files.map((file) => entryOf(file))
  const sealedIndex = await sealIndex(start.keys, shareId, entries)
  const totalBytes = totalBytesOf(entries)
  const streamBytes = paddedBytes(totalBytes)
  return {
    ...start,
    shareId,
    readToken: deriveReadToken(deriveHelpKey(start.secrets.secret), start.genesis.salt),
    files,
    sealedIndex,
    indexHash: await engine.sha256(sealedIndex),
    totalBytes,
    streamBytes,
    chunkCount: chunkCountOf(streamBytes),
    lastChunkBytes: lastChunkBytes(streamBytes),
  }
}

/** Exactly the fields that are known: the same files must seal to the same index. */
export function entryOf({ path, size, type, mtimeMs, executable }: FileSource): IndexEntry {
  return {
    path,
    size,
    ...(type === undefined ? {} : { type }),
    ...(mtimeMs === undefined ? {} : { mtimeMs: Math.max(0, Math.floor(mtimeMs)) }),
    ...(executable === true ? { executable } : {}),
  }
}
