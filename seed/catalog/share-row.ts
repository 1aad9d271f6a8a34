import { sha256 } from '@noble/hashes/sha2.js'
import { ByteReader } from '../../protocol/byte-reader.ts'
import { ByteWriter } from '../../protocol/byte-writer.ts'
import { concat, isEqual, type Bytes } from '../../protocol/bytes.ts'
import { CHECKPOINT_BYTES } from '../../protocol/checkpoint.ts'
import { GENESIS_BYTES } from '../../protocol/genesis.ts'
import { READ_TOKEN_BYTES } from './share-file.ts'

/** What the catalog's row of a share says. Signatures were checked before it was written. */
export type ShareRow = Readonly<{
  genesisBytes: Bytes
  grantBytes: Bytes
  maxChunks: number
  grantNotAfterMs: number
  readToken: Bytes
  receivedAtMs: number
  changedAtMs: number
  storedBytes: number
  isVerified: boolean
  isIndexHeld: boolean
  checkpointBytes: Bytes | undefined
  /** Two checkpoints that contradict each other. */
  evidence: Bytes | undefined
}>

const VERSION = 1
const SUM_BYTES = 8
const EVIDENCE_BYTES = 2 * CHECKPOINT_BYTES
const flags = { verified: 1, indexHeld: 2, checkpoint: 4, evidence: 8 } as const

/** A row of this seed's own catalog, which nobody else reads. LevelDB does not check what it reads: the sum does. */
export function encodeShareRow(row: ShareRow): Bytes {
  const body = new ByteWriter()
    .u8(VERSION)
    .u8(flagsOf(row))
    .u64(row.receivedAtMs)
    .u64(row.changedAtMs)
    .u64(row.storedBytes)
    .u32(row.maxChunks)
    .u64(row.grantNotAfterMs)
    .bytes(row.readToken, READ_TOKEN_BYTES)
    .bytes(row.genesisBytes, GENESIS_BYTES)
    .bytes(row.checkpointBytes ?? new Uint8Array(0))
    .bytes(row.evidence ?? new Uint8Array(0))
    .bytes(row.grantBytes)
    .finish()
  return concat(sumOf(body), body)
}

/** @throws {TransferError} GENESIS_INVALID if a bit is not as it was written. */
export function decodeShareRow(bytes: Bytes): ShareRow {
  const body = bytes.subarray(SUM_BYTES)
  const reader = new ByteReader(body, 'GENESIS_INVALID')
  if (!isEqual(sumOf(body), bytes.subarray(0, SUM_BYTES))) throw reader.fail('a damaged row')
  reader.expect(Uint8Array.of(VERSION), 'version')
  const flag = reader.u8()
  return {
    isVerified: (flag & flags.verified) !== 0,
    isIndexHeld: (flag & flags.indexHeld) !== 0,
    receivedAtMs: reader.u64(),
    changedAtMs: reader.u64(),
    storedBytes: reader.u64(),
    maxChunks: reader.u32(),
    grantNotAfterMs: reader.u64(),
    readToken: reader.bytes(READ_TOKEN_BYTES),
    genesisBytes: reader.bytes(GENESIS_BYTES),
    checkpointBytes: (flag & flags.checkpoint) === 0 ? undefined : reader.bytes(CHECKPOINT_BYTES),
    evidence: (flag & flags.evidence) === 0 ? undefined : reader.bytes(EVIDENCE_BYTES),
    grantBytes: reader.bytes(reader.remaining),
  }
}

function flagsOf(row: ShareRow): number {
  return (
    (row.isVerified ? flags.verified : 0) |
    (row.isIndexHeld ? flags.indexHeld : 0) |
    (row.checkpointBytes === undefined ? 0 : flags.checkpoint) |
    (row.evidence === undefined ? 0 : flags.evidence)
  )
}

function sumOf(body: Uint8Array): Bytes {
  return sha256(body).slice(0, SUM_BYTES)
}
