import { concat, encodeUtf8, isZero, type Bytes } from './bytes.ts'
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import { isSigned, sign, SIGNATURE_BYTES } from './crypto/ed25519.ts'
import { assert, TransferError } from './errors.ts'
import {
  CHECKPOINT_LIFE_MS,
  CHUNK_PLAIN_BYTES,
  CHUNKS_MAX,
  INDEX_SEALED_BYTES_MAX,
} from './limits.ts'
import { formatShareId, shareIdBytes, type ShareId } from './share-id.ts'

export type ShareState = 'open' | 'sealed' | 'deleted'

/** The owner-signed public record of how far a share has grown. */
export type Checkpoint = Readonly<{
  shareId: ShareId
  /** Rises with every checkpoint of a share. */
  seq: number
  state: ShareState
  /** n: how many chunks are published. */
  chunkCount: number
  /** Plain bytes of chunk n − 1; CHUNK_PLAIN_BYTES while open, 0 if n = 0. */
  lastChunkBytes: number
  expiresAtMs: number
  issuedAtMs: number
  /** Bytes of the sealed index, 0 if n = 0. */
  indexBytes: number
  indexHash: Bytes
  root: Bytes
}>

export const CHECKPOINT_BYTES = 196
const MAGIC = encodeUtf8('SKC1')
const states: readonly ShareState[] = ['open', 'sealed', 'deleted']
const NO_HASH = new Uint8Array(32)

/** 196 bytes: the fields and the owner's signature over them. SPEC.md §6. */
export function signCheckpoint(checkpoint: Checkpoint, ownerSeed: Bytes): Bytes {
  assert(isConsistent(checkpoint), 'a consistent checkpoint')
  const body = encodeBody(checkpoint)
  return concat(body, sign(body, ownerSeed))
}

/** The last word on a share: everything from n to root is zero but the time of issue. */
export function deletedCheckpoint(shareId: ShareId, seq: number, issuedAtMs: number): Checkpoint {
  return {
    shareId,
    seq,
    state: 'deleted',
    chunkCount: 0,
    lastChunkBytes: 0,
    expiresAtMs: 0,
    issuedAtMs,
    indexBytes: 0,
    indexHash: NO_HASH,
    root: NO_HASH,
  }
}

/**
 * Checks layout, consistency and signature; `acceptCheckpoint` decides what it is worth.
 *
 * @throws {TransferError} CHECKPOINT_INVALID
 */
export function openCheckpoint(bytes: Bytes, ownerPublicKey: Bytes): Checkpoint {
  const checkpoint = decodeCheckpoint(bytes)
  const body = bytes.subarray(0, CHECKPOINT_BYTES - SIGNATURE_BYTES)
  if (!isSigned(bytes.subarray(body.length), body, ownerPublicKey)) {
    throw new TransferError('CHECKPOINT_INVALID', 'The checkpoint is not signed by the owner.')
  }
  return checkpoint
}

/** Until when a checkpoint may be served, by whoever's clock: ms since 1970. */
export function servableUntilMs({
  expiresAtMs,
  issuedAtMs,
}: Pick<Checkpoint, 'expiresAtMs' | 'issuedAtMs'>): number {
  return Math.min(expiresAtMs, issuedAtMs + CHECKPOINT_LIFE_MS)
}

function encodeBody(checkpoint: Checkpoint): Bytes {
  return new ByteWriter()
    .bytes(MAGIC)
    .bytes(shareIdBytes(checkpoint.shareId), 20)
    .u64(checkpoint.seq)
    .u8(states.indexOf(checkpoint.state))
    .zeros(3)
    .u32(checkpoint.chunkCount)
    .u32(checkpoint.lastChunkBytes)
    .u64(checkpoint.expiresAtMs)
    .u64(checkpoint.issuedAtMs)
    .zeros(4)
    .u32(checkpoint.indexBytes)
    .bytes(checkpoint.indexHash, 32)
    .bytes(checkpoint.root, 32)
    .finish()
}

/**
 * Checks layout and consistency only: for what was opened before it was stored.
 *
 * @throws {TransferError} CHECKPOINT_INVALID
 */
export function decodeCheckpoint(bytes: Bytes): Checkpoint {
  const reader = new ByteReader(bytes, 'CHECKPOINT_INVALID')
  reader.expect(MAGIC, 'magic')
  const shareId = formatShareId(reader.bytes(20))
  const seq = reader.u64()
  const state = states[reader.u8()]
  if (state === undefined) throw reader.fail('unknown state')
  reader.zeros(3)
  const chunkCount = reader.u32()
  const lastChunkBytes = reader.u32()
  const expiresAtMs = reader.u64()
  const issuedAtMs = reader.u64()
  reader.zeros(4)
  const indexBytes = reader.u32()
  const indexHash = reader.bytes(32)
  const root = reader.bytes(32)
  reader.bytes(SIGNATURE_BYTES)
  reader.end()
  const times = { expiresAtMs, issuedAtMs }
  const content = { chunkCount, lastChunkBytes, indexBytes, indexHash, root }
  const checkpoint: Checkpoint = { shareId, seq, state, ...times, ...content }
  if (!isConsistent(checkpoint)) throw reader.fail('fields that contradict each other')
  return checkpoint
}

function isConsistent(checkpoint: Checkpoint): boolean {
  const { chunkCount, lastChunkBytes, indexBytes, indexHash, root, expiresAtMs } = checkpoint
  const hasIndex = indexBytes > 0 && indexBytes <= INDEX_SEALED_BYTES_MAX && !isZero(indexHash)
  const hasNoIndex = indexBytes === 0 && isZero(indexHash)
  switch (checkpoint.state) {
    case 'open':
      if (chunkCount === 0) return lastChunkBytes === 0 && hasNoIndex
      return chunkCount <= CHUNKS_MAX && lastChunkBytes === CHUNK_PLAIN_BYTES && hasIndex
    case 'sealed':
      if (lastChunkBytes < 1 || lastChunkBytes > CHUNK_PLAIN_BYTES) return false
      return chunkCount >= 1 && chunkCount <= CHUNKS_MAX && hasIndex
    case 'deleted':
      return (
        chunkCount === 0 && lastChunkBytes === 0 && expiresAtMs === 0 && hasNoIndex && isZero(root)
      )
  }
}
