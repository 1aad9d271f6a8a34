import { concat, isEqual, type Bytes } from './bytes.ts'
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import { CHECKPOINT_BYTES, openCheckpoint, type Checkpoint } from './checkpoint.ts'
import { assert, TransferError } from './errors.ts'
import type { Genesis } from './genesis.ts'
import { extentHashOf, extentChunkCount, HASH_BYTES, rootOf, splitExtents } from './hash-list.ts'
import { CHECKPOINT_AHEAD_MS_MAX, EXTENT_CHUNKS } from './limits.ts'
import type { ShareId } from './share-id.ts'

/** One extent of the hash list. A recipient may know its hash before it has loaded its chunks' hashes. */
export type ExtentHashes = Readonly<{ hash: Bytes; chunkHashes: Bytes | undefined }>

/** A checkpoint that was accepted, as it was signed, and the whole hash list that it names. */
export type Accepted = Readonly<{
  checkpoint: Checkpoint
  bytes: Bytes
  extents: readonly ExtentHashes[]
}>

/** `checkpoint ‖ u32 first ‖ h_first … h_(n−1)`, as it travels. `hashes` is 32 bytes a chunk. */
export type CheckpointMessage = Readonly<{ checkpoint: Bytes; first: number; hashes: Bytes }>

export function encodeCheckpointMessage({ checkpoint, first, hashes }: CheckpointMessage): Bytes {
  assert(
    first % EXTENT_CHUNKS === 0 && hashes.length % HASH_BYTES === 0,
    'whole extents and hashes',
  )
  return new ByteWriter().bytes(checkpoint, CHECKPOINT_BYTES).u32(first).bytes(hashes).finish()
}

/** @throws {TransferError} CHECKPOINT_INVALID */
export function decodeCheckpointMessage(bytes: Uint8Array): CheckpointMessage {
  const reader = new ByteReader(bytes, 'CHECKPOINT_INVALID')
  const checkpoint = reader.bytes(CHECKPOINT_BYTES)
  const first = reader.u32()
  if (first % EXTENT_CHUNKS !== 0) throw reader.fail('hashes that start inside an extent')
  if (reader.remaining % HASH_BYTES !== 0) throw reader.fail('hashes of a wrong length')
  return { checkpoint, first, hashes: reader.bytes(reader.remaining) }
}

/**
 * Puts a message's new hashes behind those held.
 *
 * @throws {TransferError} HASHES_MISSING with `details.n`, the count held, if they leave a gap.
 */
export function extendHashList(
  held: Accepted | undefined,
  { first, hashes }: CheckpointMessage,
): ExtentHashes[] {
  const heldCount = held?.checkpoint.chunkCount ?? 0
  if (first > heldCount) {
    const message = `Hashes are missing: this node holds ${heldCount}.`
    throw new TransferError('HASHES_MISSING', message, { details: { n: heldCount } })
  }
  const kept = (held?.extents ?? []).slice(0, first / EXTENT_CHUNKS)
  const added = splitExtents(hashes).map((chunkHashes, i) => {
    return { hash: extentHashOf(kept.length + i, chunkHashes), chunkHashes }
  })
  return [...kept, ...added]
}

export type Offer = Readonly<{
  shareId: ShareId
  genesis: Genesis
  /** 196 bytes. */
  checkpoint: Bytes
  /** The whole hash list; for extents that were incomplete in the one held, with their chunk hashes. */
  extents: readonly ExtentHashes[]
}>

/**
 * The one function that accepts a checkpoint: for seed, peer and recipient.
 *
 * @param held - What was accepted before. The same bytes again are accepted again.
 * @throws {TransferError} CHECKPOINT_INVALID (bytes, signature, root), CHECKPOINT_STALE (an older one, with
 *   `details.seq`), CHECKPOINT_CONFLICT (the owner published two different contents), SHARE_DELETED.
 * @see SPEC.md §6.2
 */
export function acceptCheckpoint(
  offer: Offer,
  held: Accepted | undefined,
  nowMs: number,
): Accepted {
  if (held !== undefined && isEqual(held.bytes, offer.checkpoint)) return held
  const checkpoint = openCheckpoint(offer.checkpoint, offer.genesis.ownerPublicKey)
  if (checkpoint.shareId !== offer.shareId) throw invalid('It belongs to another share.')
  if (held?.checkpoint.state === 'deleted') {
    throw new TransferError('SHARE_DELETED', 'The sender deleted this share.')
  }
  if (checkpoint.issuedAtMs > nowMs + CHECKPOINT_AHEAD_MS_MAX) {
    throw invalid('It was issued more than two days ahead of the clock here.')
  }
  const accepted = { checkpoint, bytes: offer.checkpoint, extents: offer.extents }
  if (checkpoint.state === 'deleted') return { ...accepted, extents: [] }
  checkHashList(accepted)
  if (held !== undefined) checkSuccession(accepted, held)
  return accepted
}

function checkHashList({ checkpoint, extents }: Accepted): void {
  const complete = extents.every(({ chunkHashes }, e) => {
    const expected = extentChunkCount(e, checkpoint.chunkCount) * HASH_BYTES
    return expected > 0 && (chunkHashes === undefined || chunkHashes.length === expected)
  })
  const root = rootOf(
    checkpoint.chunkCount,
    extents.map(({ hash }) => hash),
  )
  if (!complete || !isEqual(root, checkpoint.root)) throw invalid('Its hash list is another one.')
}

/** What comes next may add to what was published, and never change it. */
function checkSuccession(next: Accepted, held: Accepted): void {
  const [after, before] = [next.checkpoint, held.checkpoint]
  if (before.state === 'sealed' && after.state === 'sealed' && !isSameContent(after, before)) {
    throw conflict()
  }
  if (after.seq === before.seq) throw conflict()
  if (after.seq < before.seq) {
    const message = `A newer checkpoint, ${before.seq}, is held.`
    throw new TransferError('CHECKPOINT_STALE', message, { details: { seq: before.seq } })
  }
  const reopened = before.state === 'sealed' && after.state === 'open'
  if (reopened || after.chunkCount < before.chunkCount) throw conflict()
  if (before.chunkCount === 0) return
  if (!isSameIndex(after, before) || !isPrefix(held, next)) throw conflict()
}

function isSameContent(a: Checkpoint, b: Checkpoint): boolean {
  const sameSize = a.chunkCount === b.chunkCount && a.lastChunkBytes === b.lastChunkBytes
  return sameSize && isSameIndex(a, b) && isEqual(a.root, b.root)
}

function isSameIndex(a: Checkpoint, b: Checkpoint): boolean {
  return a.indexBytes === b.indexBytes && isEqual(a.indexHash, b.indexHash)
}

function isPrefix(held: Accepted, next: Accepted): boolean {
  return held.extents.every((extent, e) => {
    const successor = next.extents[e]
    if (successor === undefined) return false
    if (isEqual(extent.hash, successor.hash)) return true
    // A whole extent never changes; an incomplete one may grow, and then its chunks must be the same.
    const isWhole = extentChunkCount(e, held.checkpoint.chunkCount) === EXTENT_CHUNKS
    if (isWhole || extent.chunkHashes === undefined || successor.chunkHashes === undefined)
      return false
    return isEqual(extent.chunkHashes, successor.chunkHashes.subarray(0, extent.chunkHashes.length))
  })
}

/** The hash of sealed chunk `index`, or undefined if it is not published or not loaded yet. */
export function chunkHashAt({ extents }: Accepted, index: number): Bytes | undefined {
  const chunkHashes = extents[Math.floor(index / EXTENT_CHUNKS)]?.chunkHashes
  const offset = (index % EXTENT_CHUNKS) * HASH_BYTES
  return chunkHashes?.slice(offset, offset + HASH_BYTES)
}

/** All chunk hashes from chunk `first` (a multiple of EXTENT_CHUNKS) on. They must be loaded. */
export function hashesFrom({ extents }: Accepted, first: number): Bytes {
  const parts = extents.slice(first / EXTENT_CHUNKS).map(({ chunkHashes }) => {
    assert(chunkHashes !== undefined, 'loaded chunk hashes')
    return chunkHashes
  })
  return concat(...parts)
}

function invalid(detail: string): TransferError {
  return new TransferError('CHECKPOINT_INVALID', `The checkpoint is not acceptable. ${detail}`)
}

function conflict(): TransferError {
  return new TransferError('CHECKPOINT_CONFLICT', 'The sender published two different contents.')
}
