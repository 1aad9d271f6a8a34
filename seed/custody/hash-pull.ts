import type { SeedClient } from '../../client/engine/net/seed-client.ts'
import type { Bytes } from '../../protocol/bytes.ts'
import { TransferError } from '../../protocol/errors.ts'
import { extentChunkCount, extentCountOf, HASH_BYTES } from '../../protocol/hash-list.ts'
import { EXTENT_CHUNKS } from '../../protocol/limits.ts'

const HASH_PULLS_MAX = 8

/**
 * The chunk hashes from extent `from` to the end of a share of `chunkCount` chunks, as a seed says them. Whether they
 * are the owner's, the root will tell.
 */
export async function pullHashes(
  client: SeedClient,
  { from, chunkCount }: Readonly<{ from: number; chunkCount: number }>,
  signal: AbortSignal,
): Promise<Bytes> {
  const first = from * EXTENT_CHUNKS
  const hashes = new Uint8Array(Math.max(0, chunkCount - first) * HASH_BYTES)
  const extents = Array.from(
    { length: Math.max(0, extentCountOf(chunkCount) - from) },
    (_, i) => from + i,
  )
  const next = extents.values()
  const pull = async (): Promise<void> => {
    for (const extent of next) {
      const lengthBytes = extentChunkCount(extent, chunkCount) * HASH_BYTES
      const said = await client.getChunkHashes(extent, signal)
      // It may have grown meanwhile, and what was published stays as it was.
      if (said.length < lengthBytes) throw tooFew()
      hashes.set(said.subarray(0, lengthBytes), (extent * EXTENT_CHUNKS - first) * HASH_BYTES)
    }
  }
  await Promise.all(Array.from({ length: HASH_PULLS_MAX }, pull))
  return hashes
}

function tooFew(): TransferError {
  return new TransferError('ANSWER_INVALID', 'A seed answered with fewer hashes than it published.')
}
