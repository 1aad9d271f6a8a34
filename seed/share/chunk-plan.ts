import { extentOf } from '../../protocol/hash-list.ts'
import type { Checkpoint } from '../../protocol/checkpoint.ts'
import { TransferError } from '../../protocol/errors.ts'
import { SEALED_CHUNK_BYTES_MAX } from '../../protocol/limits.ts'
import { sealedChunkBytes } from './data-layout.ts'

/** Which chunks an upload brings, all of one extent. */
export type ChunkPlan = Readonly<{
  extent: number
  first: number
  /** Length of each sealed chunk, the first one first. */
  lengths: readonly number[]
}>

/**
 * Finds the chunks that bytes `start` to `end` of the data resource are.
 *
 * @throws {TransferError} HASHES_MISSING with `details.n` if no accepted checkpoint names them all;
 *   REQUEST_INVALID unless they are whole chunks of one extent.
 */
export function planChunks(
  checkpoint: Checkpoint | undefined,
  { start, end }: Readonly<{ start: number; end: number }>,
): ChunkPlan {
  const first = start / SEALED_CHUNK_BYTES_MAX
  const last = Math.floor(end / SEALED_CHUNK_BYTES_MAX)
  const extent = extentOf(first)
  if (!Number.isInteger(first) || end < start) throw invalid('does not start with a chunk')
  if (extentOf(last) !== extent) throw invalid('reaches into another extent')
  const published = checkpoint?.chunkCount ?? 0
  if (checkpoint === undefined || last >= published) {
    const message = `No checkpoint held here names chunk ${last}: send the checkpoint first.`
    throw new TransferError('HASHES_MISSING', message, { details: { n: published } })
  }
  const lengths = Array.from({ length: last - first + 1 }, (_, i) =>
    sealedChunkBytes(checkpoint, first + i),
  )
  const expected = lengths.reduce((sum, length) => sum + length, 0)
  if (expected !== end - start + 1) throw invalid('does not end with a chunk')
  return { extent, first, lengths }
}

function invalid(detail: string): TransferError {
  return new TransferError('REQUEST_INVALID', `The range of this upload ${detail}.`)
}
