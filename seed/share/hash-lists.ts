import type { Accepted, CheckpointMessage } from '../../protocol/accept.ts'
import { isEqual, type Bytes } from '../../protocol/bytes.ts'
import { TransferError } from '../../protocol/errors.ts'
import { extentHashOf, HASH_BYTES, rootOf, splitExtents } from '../../protocol/hash-list.ts'

/**
 * Puts its whole hash list under a checkpoint that was accepted before.
 *
 * @param hashes - Chunk hashes, 32 bytes each; those beyond the checkpoint's own are left out.
 * @returns undefined if they do not make its root.
 */
export function withHashes(accepted: Accepted, hashes: Bytes): Accepted | undefined {
  const { chunkCount, root } = accepted.checkpoint
  const own = hashes.subarray(0, chunkCount * HASH_BYTES)
  if (own.length !== chunkCount * HASH_BYTES) return undefined
  const extents = splitExtents(own).map((chunkHashes, e) => {
    return { hash: extentHashOf(e, chunkHashes), chunkHashes }
  })
  const hashesOfExtents = extents.map(({ hash }) => hash)
  return isEqual(rootOf(chunkCount, hashesOfExtents), root) ? { ...accepted, extents } : undefined
}

/**
 * The accepted checkpoint of a share whose hash list was lost, with the list that a new message brings.
 *
 * @throws {TransferError} HASHES_MISSING with `details.n` 0 unless the message brings it from the start;
 *   CHECKPOINT_INVALID if it is another one.
 */
export function relearn(accepted: Accepted, { first, hashes }: CheckpointMessage): Accepted {
  const { chunkCount } = accepted.checkpoint
  if (first !== 0 || hashes.length < chunkCount * HASH_BYTES) {
    const message = 'This seed lost the hashes of this share and needs them from the first one on.'
    throw new TransferError('HASHES_MISSING', message, { details: { n: 0 } })
  }
  const known = withHashes(accepted, hashes)
  if (known !== undefined) return known
  const message = 'These hashes are not those of the checkpoint that this seed holds.'
  throw new TransferError('CHECKPOINT_INVALID', message)
}
