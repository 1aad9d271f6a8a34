import { isEqual, type Bytes } from '../../../protocol/bytes.ts'
import type { Checkpoint } from '../../../protocol/checkpoint.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { extentCountOf, extentHashOf, rootOf, splitHashes } from '../../../protocol/hash-list.ts'
import { HASH_READS_MAX } from '../../../protocol/limits.ts'
import type { SeedClient } from '../net/seed-client.ts'
import { HashLog } from '../send/hash-log.ts'
import { PatientCaller, type CallerPorts } from '../send/patient-caller.ts'

export type HashListOptions = CallerPorts &
  Readonly<{
    /** Of the whole share, at least the checkpoint's. */
    chunkCount: number
    /** Told of each extent whose hashes came, how many these are of all. */
    onRead: (readCount: number, count: number) => void
    signal: AbortSignal
  }>

/**
 * Loads the whole hash list that a checkpoint names, 32 bytes a chunk. Of thousands of answers a few get lost: a seed
 * is asked for those again.
 *
 * @throws {TransferError} HASH_MISMATCH if the seed shows another list; whatever keeps it from answering.
 */
export async function readHashes(
  client: SeedClient,
  checkpoint: Checkpoint,
  options: HashListOptions,
): Promise<HashLog> {
  const { chunkCount, onRead, signal } = options
  const caller = new PatientCaller(options, signal)
  const extentHashes = splitHashes(await caller.ask(() => client.getExtentHashes(signal)))
  const extentCount = extentCountOf(checkpoint.chunkCount)
  const root = rootOf(checkpoint.chunkCount, extentHashes)
  if (extentHashes.length !== extentCount || !isEqual(root, checkpoint.root)) throw wrongList()
  const chunkHashes: Bytes[] = []
  let readCount = 0
  const queue = extentHashes.entries()
  const readers = Array.from({ length: HASH_READS_MAX }, async () => {
    for (const [extent, hash] of queue) {
      const hashes = await caller.ask(() => client.getChunkHashes(extent, signal))
      if (!isEqual(extentHashOf(extent, hashes), hash)) throw wrongList()
      chunkHashes[extent] = hashes
      onRead((readCount += 1), extentCount)
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
