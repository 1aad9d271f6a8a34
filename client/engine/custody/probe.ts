import { TransferError } from '../../../protocol/errors.ts'
import { extentChunkCount, extentCountOf } from '../../../protocol/hash-list.ts'
import { EXTENT_CHUNKS, HASH_READS_MAX } from '../../../protocol/limits.ts'
import type { SeedClient } from '../net/seed-client.ts'

export type ProbeOptions = Readonly<{
  chunkCount: number
  randomBytes: (count: number) => Uint8Array
  signal: AbortSignal
}>

/**
 * Asks a seed for one random chunk of every extent. A seed hashes what it serves, so it finds out by itself about
 * files that vanished or rotted, and no longer says that it holds them.
 */
export async function probeExtents(client: SeedClient, options: ProbeOptions): Promise<void> {
  const { chunkCount, randomBytes, signal } = options
  const queue = Array.from({ length: extentCountOf(chunkCount) }, (_, extent) => extent).values()
  const probes = Array.from({ length: HASH_READS_MAX }, async () => {
    for (const extent of queue) {
      const offset = (randomBytes(1)[0] ?? 0) % extentChunkCount(extent, chunkCount)
      await probe(client, extent * EXTENT_CHUNKS + offset, signal)
    }
  })
  await Promise.all(probes)
}

async function probe(client: SeedClient, first: number, signal: AbortSignal): Promise<void> {
  try {
    for await (const chunk of client.getChunks({ first, count: 1 }, signal)) void chunk
  } catch (cause) {
    signal.throwIfAborted()
    // What it does not have is what it is to find out.
    if (!(cause instanceof TransferError)) throw cause
  }
}
