import { isEqual, type Bytes } from './bytes.ts'
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import { CHECKPOINT_BYTES, openCheckpoint, type Checkpoint } from './checkpoint.ts'
import { assert, TransferError } from './errors.ts'
import { encodeGenesis, shareIdOf, type Genesis } from './genesis.ts'
import {
  extentChunkCount,
  extentCountOf,
  extentHashOf,
  extentOf,
  HASH_BYTES,
  rootOf,
  splitExtents,
  type ExtentHashes,
} from './hash-list.ts'
import { CHECKPOINT_AHEAD_MS_MAX, EXTENT_CHUNKS } from './limits.ts'
import type { ShareId } from './share-id.ts'
import { checkSuccession, type Published } from './succession.ts'

/** A checkpoint that was accepted, as it was signed, and the whole hash list that it names. */
export type Accepted = Published & Readonly<{ bytes: Bytes }>

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
  /** The whole hash list; an extent that was incomplete in the list held comes with its chunk hashes. */
  extents: readonly ExtentHashes[]
}>

/**
 * The one function that accepts a checkpoint: for seed, peer and recipient.
 *
 * @param held - What was accepted before. The same bytes again are accepted again, and so is another deletion
 *   of what is deleted: both return what is held.
 * @throws {TransferError} CHECKPOINT_INVALID (bytes, signature, hash list), CHECKPOINT_STALE (not newer, with
 *   `details.seq`), CHECKPOINT_CONFLICT (the owner contradicts what was published: keep both as evidence),
 *   HASHES_MISSING (chunk hashes to compare with are not loaded, with `details.n`), SHARE_DELETED.
 * @see SPEC.md §6.2
 */
export function acceptCheckpoint(
  offer: Offer,
  held: Accepted | undefined,
  nowMs: number,
): Accepted {
  if (held !== undefined && isEqual(held.bytes, offer.checkpoint)) return held
  const checkpoint = openOffer(offer)
  if (held?.checkpoint.state === 'deleted') {
    if (checkpoint.state === 'deleted') return held
    throw new TransferError('SHARE_DELETED', 'The sender deleted this share.')
  }
  if (checkpoint.issuedAtMs > nowMs + CHECKPOINT_AHEAD_MS_MAX) {
    throw invalid('It was issued more than two days ahead of the clock here.')
  }
  if (checkpoint.state === 'deleted') return { checkpoint, bytes: offer.checkpoint, extents: [] }
  const accepted = { checkpoint, bytes: offer.checkpoint, extents: offer.extents }
  checkHashList(accepted, held)
  if (held !== undefined) checkSuccession(accepted, held)
  return accepted
}

function openOffer({ shareId, genesis, checkpoint }: Offer): Checkpoint {
  // The id is the hash of the genesis, so that nobody can put another owner's key in its place.
  if (shareIdOf(encodeGenesis(genesis)) !== shareId) throw invalid('The genesis is another one.')
  const opened = openCheckpoint(checkpoint, genesis.ownerPublicKey)
  if (opened.shareId !== shareId) throw invalid('It belongs to another share.')
  return opened
}

function checkHashList({ checkpoint, extents }: Accepted, held: Accepted | undefined): void {
  const { chunkCount, root } = checkpoint
  const hashes = extents.map(({ hash }) => hash)
  const isComplete =
    extents.length === extentCountOf(chunkCount) &&
    extents.every((extent, e) => {
      const expected = extentChunkCount(e, chunkCount) * HASH_BYTES
      if (extent.chunkHashes !== undefined && extent.chunkHashes.length !== expected) return false
      // What was accepted before is not hashed again: a share has half a million extents at most.
      return extent === held?.extents[e] || isHashed(extent, e)
    })
  if (!isComplete || !isEqual(rootOf(chunkCount, hashes), root)) {
    throw invalid('Its hash list is another one.')
  }
}

function isHashed({ hash, chunkHashes }: ExtentHashes, extent: number): boolean {
  return chunkHashes === undefined || isEqual(extentHashOf(extent, chunkHashes), hash)
}

/** The hash of sealed chunk `index`, or undefined if it is not published or not loaded yet. */
export function chunkHashAt({ checkpoint, extents }: Accepted, index: number): Bytes | undefined {
  if (index >= checkpoint.chunkCount) return undefined
  const chunkHashes = extents[extentOf(index)]?.chunkHashes
  const offset = (index % EXTENT_CHUNKS) * HASH_BYTES
  return chunkHashes?.slice(offset, offset + HASH_BYTES)
}

/** All chunk hashes from chunk `first` (a multiple of EXTENT_CHUNKS) on. They must be loaded. */
export function hashesFrom({ checkpoint, extents }: Accepted, first: number): Bytes {
  assert(first % EXTENT_CHUNKS === 0 && first <= checkpoint.chunkCount, 'the start of an extent')
  const hashes = new Uint8Array((checkpoint.chunkCount - first) * HASH_BYTES)
  for (const [i, { chunkHashes }] of extents.slice(first / EXTENT_CHUNKS).entries()) {
    assert(chunkHashes !== undefined, 'loaded chunk hashes')
    hashes.set(chunkHashes, i * EXTENT_CHUNKS * HASH_BYTES)
  }
  return hashes
}

function invalid(detail: string): TransferError {
  return new TransferError('CHECKPOINT_INVALID', `The checkpoint is not acceptable. ${detail}`)
}
