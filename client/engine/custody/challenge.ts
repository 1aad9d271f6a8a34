import { isEqual, type Bytes } from '../../../protocol/bytes.ts'
import type { Checkpoint } from '../../../protocol/checkpoint.ts'
import { engine } from '../../../protocol/crypto/engine.ts'
import { TransferError } from '../../../protocol/errors.ts'
import {
  extentCountOf,
  extentHashOf,
  extentOf,
  HASH_BYTES,
  rootOf,
  splitHashes,
} from '../../../protocol/hash-list.ts'
import { EXTENT_CHUNKS } from '../../../protocol/limits.ts'
import type { ChunkSet } from '../../../protocol/swarm/chunk-set.ts'
import type { SeedClient } from '../net/seed-client.ts'

/** `not held`: it says itself that it does not have the chunk, or any. */
export type ChallengeResult = 'passed' | 'failed' | 'not held' | 'unreachable'

export type ChallengeOptions = Readonly<{
  /** The owner's checkpoint that it showed. */
  checkpoint: Checkpoint
  /** What it claims to hold of that. */
  held: ChunkSet
  randomBytes: (count: number) => Bytes
  signal: AbortSignal
}>

/**
 * Asks a seed for a random chunk of those that it claims to hold, and checks it against what the owner signed. It
 * shows that the seed can produce the chunk now, not that it keeps a copy of its own.
 */
export async function challengeSeed(
  client: SeedClient,
  { checkpoint, held, randomBytes, signal }: ChallengeOptions,
): Promise<ChallengeResult> {
  const index = held.memberAt(randomBelow(held.size, randomBytes))
  if (index === undefined) return 'not held'
  try {
    const expected = await readHash(client, checkpoint, { index, signal })
    for await (const { sealed } of client.getChunks({ first: index, count: 1 }, signal)) {
      return isEqual(await engine.sha256(sealed), expected) ? 'passed' : 'failed'
    }
    return 'not held'
  } catch (cause) {
    signal.throwIfAborted()
    return resultOf(cause)
  }
}

/** The hash of one chunk, checked up to the root: a seed may lie about hashes too. */
async function readHash(
  client: SeedClient,
  { chunkCount, root }: Checkpoint,
  { index, signal }: { index: number; signal: AbortSignal },
): Promise<Bytes> {
  const extent = extentOf(index)
  const shown = splitHashes(await client.getExtentHashes(signal))
  // Of a share that grows it may have taken more since it showed the checkpoint: whole extents, behind these.
  const extentHashes = shown.slice(0, extentCountOf(chunkCount))
  const chunkHashes = await client.getChunkHashes(extent, signal)
  const extentHash = extentHashes[extent] ?? new Uint8Array(0)
  const isSigned =
    isEqual(rootOf(chunkCount, extentHashes), root) &&
    isEqual(extentHashOf(extent, chunkHashes), extentHash)
  const start = (index % EXTENT_CHUNKS) * HASH_BYTES
  if (isSigned) return chunkHashes.slice(start, start + HASH_BYTES)
  throw new TransferError('HASH_MISMATCH', 'The seed shows another list of hashes than was signed.')
}

function resultOf(cause: unknown): ChallengeResult {
  if (!(cause instanceof TransferError)) throw cause
  if (cause.code === 'CHUNK_MISSING' || cause.code === 'SHARE_MISSING') return 'not held'
  return cause.fault.retry && cause.code !== 'HASH_MISMATCH' ? 'unreachable' : 'failed'
}

/** Evenly enough: 48 random bits over at most 2^23 chunks. */
function randomBelow(end: number, randomBytes: (count: number) => Bytes): number {
  const value = randomBytes(6).reduce((sum, byte) => sum * 256 + byte, 0)
  return Math.floor((value / 2 ** 48) * end)
}
