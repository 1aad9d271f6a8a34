import type { Accepted } from '../../../protocol/accept.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { extentHashOf } from '../../../protocol/hash-list.ts'
import { EXTENT_CHUNKS } from '../../../protocol/limits.ts'
import type { ShareRecord, Shown } from './share-record.ts'
import type { ShareSource } from './share-source.ts'

/**
 * Takes what a source shows; where the chunk hashes of an extent that grew are needed to compare, the source is
 * asked for them.
 *
 * @throws {TransferError} As `ShareRecord.take` does, and what the source answers.
 */
export async function takeShown(
  record: ShareRecord,
  source: ShareSource,
  shown: Shown,
  signal: AbortSignal,
): Promise<Accepted> {
  try {
    return await record.take(shown)
  } catch (cause) {
    if (!(cause instanceof TransferError) || cause.code !== 'HASHES_MISSING') throw cause
    const extent = Math.floor(Number(cause.details['n']) / EXTENT_CHUNKS)
    const chunkHashes = await source.getChunkHashes(extent, signal)
    const loaded = { hash: extentHashOf(extent, chunkHashes), chunkHashes }
    return record.take({ ...shown, extents: shown.extents.with(extent, loaded) })
  }
}
