import { chunkHashAt, type Accepted } from './accept.ts'
import { isEqual, type Bytes } from './bytes.ts'
import type { Checkpoint } from './checkpoint.ts'
import { openChunk } from './chunk.ts'
import { engine, type CryptoEngine } from './crypto/engine.ts'
import { TransferError } from './errors.ts'
import type { ContentKeys } from './key-schedule.ts'
import { openIndex, type ShareIndex } from './share-index.ts'
import { checkStream } from './stream.ts'

/** What somebody served as chunk `index`. */
export type ServedChunk = Readonly<{ index: number; sealed: Bytes }>

/**
 * Opens a chunk if it is the one that the owner published at this place: nothing else is ever released to a
 * file. The hash comes first, so that whoever served other bytes is to blame, and after it only the owner is.
 *
 * @throws {TransferError} CHUNK_MISSING if its hash is not published or not loaded, HASH_MISMATCH if these are
 *   other bytes, CHUNK_FORGED if the owner published bytes that do not open at this place.
 * @see SPEC.md §6.3
 */
export async function openPublishedChunk(
  accepted: Accepted,
  keys: Pick<ContentKeys, 'chunkKey'>,
  { index, sealed }: ServedChunk,
  crypto: CryptoEngine = engine,
): Promise<Bytes> {
  const { state, shareId, chunkCount, lastChunkBytes } = accepted.checkpoint
  const expected = chunkHashAt(accepted, index)
  if (expected === undefined) {
    throw new TransferError('CHUNK_MISSING', `The hash of chunk ${index} is not known here.`)
  }
  if (!isEqual(await crypto.sha256(sealed), expected)) {
    throw new TransferError('HASH_MISMATCH', `Chunk ${index} is not the one that was published.`)
  }
  const isFinal = state === 'sealed' && index === chunkCount - 1
  const plain = await openChunk(keys, { shareId, index, isFinal }, sealed, crypto)
  if (isFinal && plain.length !== lastChunkBytes) {
    throw new TransferError('CHUNK_FORGED', 'The last chunk is not as long as was published.')
  }
  return plain
}

/**
 * Opens the index if it is the published one and fits the published chunks. It never changes; a newer
 * checkpoint is held against it with `checkStream`.
 *
 * @throws {TransferError} HASH_MISMATCH if these are other bytes; CHUNK_FORGED, INDEX_INVALID or
 *   CHECKPOINT_CONFLICT if the owner published an index that does not open or fit.
 */
export async function openPublishedIndex(
  checkpoint: Checkpoint,
  keys: Pick<ContentKeys, 'indexKey'>,
  sealed: Bytes,
  crypto: CryptoEngine = engine,
): Promise<ShareIndex> {
  const { shareId, indexBytes, indexHash } = checkpoint
  if (sealed.length !== indexBytes || !isEqual(await crypto.sha256(sealed), indexHash)) {
    throw new TransferError('HASH_MISMATCH', 'The list of files is not the one that was published.')
  }
  const index = await openIndex(keys, shareId, sealed, crypto)
  checkStream(checkpoint, index)
  return index
}
