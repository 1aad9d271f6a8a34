import { isEqual } from './bytes.ts'
import type { Checkpoint } from './checkpoint.ts'
import { TransferError } from './errors.ts'
import { EXTENT_CHUNKS } from './limits.ts'
import { extentChunkCount, extentHashOf, HASH_BYTES, type ExtentHashes } from './hash-list.ts'

/** What one checkpoint publishes: the hash list belongs to its root. */
export type Published = Readonly<{
  checkpoint: Checkpoint
  extents: readonly ExtentHashes[]
}>

/**
 * Whether `next` may follow what is held: it may add to what was published, and never change it.
 *
 * A contradiction is looked for whichever of the two is older, because it is evidence against the sender;
 * only then is an older one just old.
 *
 * @param next - Open or sealed, as is `held`; a deletion is not a matter of succession.
 * @throws {TransferError} CHECKPOINT_CONFLICT, CHECKPOINT_STALE with `details.seq`, or HASHES_MISSING with
 *   `details.n` where the chunk hashes to compare with are not loaded.
 * @see SPEC.md §6.2
 */
export function checkSuccession(next: Published, held: Published): void {
  const [after, before] = [next.checkpoint, held.checkpoint]
  const agreement = contradicts(after, before) ? 'none' : compareHashes(next, held)
  if (agreement === 'none') throw conflict('The sender published two different contents.')
  if (after.seq <= before.seq) {
    const message = `Checkpoint ${before.seq} is held, and this one is not newer.`
    throw new TransferError('CHECKPOINT_STALE', message, { details: { seq: before.seq } })
  }
  // A sealed share that opens again is one of these too, or it contradicts its final chunk.
  if (after.chunkCount < before.chunkCount) {
    throw conflict('The sender took back what was published.')
  }
  if (agreement === 'unknown') {
    const first = Math.floor(before.chunkCount / EXTENT_CHUNKS) * EXTENT_CHUNKS
    const message = `Hashes are missing: those from chunk ${first} on are needed to compare.`
    throw new TransferError('HASHES_MISSING', message, { details: { n: first } })
  }
}

/** Two words of one owner that cannot both be true, hash list apart. */
function contradicts(a: Checkpoint, b: Checkpoint): boolean {
  if (a.chunkCount === 0 || b.chunkCount === 0) return false
  if (a.indexBytes !== b.indexBytes || !isEqual(a.indexHash, b.indexHash)) return true
  if (a.state === 'open' && b.state === 'open') return false
  if (a.state === b.state) {
    return a.chunkCount !== b.chunkCount || a.lastChunkBytes !== b.lastChunkBytes
  }
  // No chunk of an open list is final, and the last chunk of a sealed one is.
  const [open, sealed] = a.state === 'open' ? [a, b] : [b, a]
  return open.chunkCount >= sealed.chunkCount
}

/** Compares the hashes of all chunks that stand in both lists; 'unknown' if too few are loaded to tell. */
function compareHashes(a: Published, b: Published): 'same' | 'none' | 'unknown' {
  const [short, long] = a.checkpoint.chunkCount <= b.checkpoint.chunkCount ? [a, b] : [b, a]
  for (const [e, extent] of short.extents.entries()) {
    const other = long.extents[e]
    if (other === undefined || extent === other || isEqual(extent.hash, other.hash)) continue
    // Only the last extent of the shorter list can have grown in the longer one.
    const count = extentChunkCount(e, short.checkpoint.chunkCount)
    if (count === extentChunkCount(e, long.checkpoint.chunkCount)) return 'none'
    if (other.chunkHashes === undefined) return 'unknown'
    const before = extentHashOf(e, other.chunkHashes.slice(0, count * HASH_BYTES))
    if (!isEqual(before, extent.hash)) return 'none'
  }
  return 'same'
}

function conflict(message: string): TransferError {
  return new TransferError('CHECKPOINT_CONFLICT', message)
}
