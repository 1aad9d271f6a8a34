import { isEqual, type Bytes } from '../../../protocol/bytes.ts'
import type { Checkpoint } from '../../../protocol/checkpoint.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { extentCountOf, extentHashOf, rootOf, splitHashes } from '../../../protocol/hash-list.ts'
import { HASH_READS_MAX } from '../../../protocol/limits.ts'
import type { SeedClient } from '../net/seed-client.ts'
import { HashLog } from '../send/hash-log.ts'

/**
 * Loads the whole hash list that a checkpoint names, 32 bytes a chunk.
 *
 * @param chunkCount - Of the whole share, at least the checkpoint's.
 * @throws {TransferError} HASH_MISMATCH if the seed shows another list; whatever keeps it from answering.
 */
export async function readHashes(
  client: SeedClient,
  checkpoint: Checkpoint,
  { chunkCount, signal }: { chunkCount: number; signal: AbortSignal },
): Promise<HashLog> {
  const extentHashes = splitHashes(await client.getExtentHashes(signal))
  const extentCount = extentCountOf(checkpoint.chunkCount)
  const root = rootOf(checkpoint.chunkCount, extentHashes)
  if (extentHashes.length !== extentCount || !isEqual(root, checkpoint.root)) throw wrongList()
  const chunkHashes: Bytes[] = []
  const queue = extentHashes.entries()
  const readers = Array.from({ length: HASH_READS_MAX }, async () => {
    for (const [extent, hash] of queue) {
      const hashes = await client.getChunkHashes(extent, signal)
      if (!isEqual(extentHashOf(extent, hashes), hash)) throw wrongList()
      chunkHashes[extent] = hashes
    }
  })
  await Promise.all(readers)
  const log = new HashLog(chunkCount)
  for (const hashes of chunkHashes) log.append(hashes)
  return log
}

function wrongList(): TransferError {
  return new TransferError('HASH_MISMATCH', 'A seed shows another list of hashes than was signed.')
}
