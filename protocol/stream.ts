import type { Checkpoint } from './checkpoint.ts'
import { TransferError } from './errors.ts'
import { CHUNK_PLAIN_BYTES } from './limits.ts'
import { chunkCountOf, paddedBytes } from './padme.ts'
import { totalBytesOf, type ShareIndex } from './share-index.ts'

/** L: the files in index order, one after the other, then zeros. SPEC.md §5.1. */
export function streamBytesOf(index: ShareIndex): number {
  return paddedBytes(totalBytesOf(index))
}

/**
 * What a recipient checks besides acceptance: that the published chunks are those of the files in the index.
 * Without it, an index could promise other sizes than the stream has, and a short stream could look complete.
 *
 * @throws {TransferError} CHECKPOINT_CONFLICT if one signed hash names an index that the other contradicts.
 */
export function checkStream(
  { state, chunkCount, lastChunkBytes }: Checkpoint,
  index: ShareIndex,
): void {
  const lengthBytes = streamBytesOf(index)
  const publishedBytes = (chunkCount - 1) * CHUNK_PLAIN_BYTES + lastChunkBytes
  // No chunk of an open share is final, so it stops short of the last one.
  const fits =
    state === 'sealed' ? publishedBytes === lengthBytes : chunkCount < chunkCountOf(lengthBytes)
  if (fits) return
  const message = 'The list of files and the published chunks are not of the same length.'
  throw new TransferError('CHECKPOINT_CONFLICT', message)
}
