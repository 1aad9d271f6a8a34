import { TransferError } from '../../../protocol/errors.ts'
import { extentChunkCount, extentCountOf } from '../../../protocol/hash-list.ts'
import { EXTENT_CHUNKS, HASH_READS_MAX } from '../../../protocol/limits.ts'
import type { SeedClient } from '../net/seed-client.ts'

export type ProbeOptions = Readonly<{
  chunkCount: number
  randomBytes: (count: number) => Uint8Array
  /** Told of every extent that was asked for. */
  onProbed: () => void
  signal: AbortSignal
}>

/**
 * Asks a seed for one random chunk of every extent, and for all of an extent that turns out to be damaged. A seed
 * hashes what it serves, so it finds out by itself about files that vanished or rotted, and no longer says that it
 * holds them.
 */
export async function probeExtents(client: SeedClient, options: ProbeOptions): Promise<void> {
  const { chunkCount, randomBytes, onProbed, signal } = options
  const queue = Array.from({ length: extentCountOf(chunkCount) }, (_, extent) => extent).values()
  const probes = Array.from({ length: HASH_READS_MAX }, async () => {
    for (const extent of queue) {
      const [first, count] = [extent * EXTENT_CHUNKS, extentChunkCount(extent, chunkCount)]
      const at = (randomBytes(1)[0] ?? 0) % count
      if (!(await canServe(client, first + at, signal))) {
        for (let i = 0; i < count; i += 1) await canServe(client, first + i, signal)
      }
      onProbed()
    }
  })
  await Promise.all(probes)
}

async function canServe(client: SeedClient, first: number, signal: AbortSignal): Promise<boolean> {
  try {
    for await (const chunk of client.getChunks({ first, count: 1 }, signal))
      return chunk.index === first
    return false
  } catch (cause) {
    signal.throwIfAborted()
    // What it does not have is what it is to find out.
    if (cause instanceof TransferError) return false
    throw cause
  }
}
