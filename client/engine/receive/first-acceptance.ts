import { acceptCheckpoint, type Accepted, type Offer } from '../../../protocol/accept.ts'
import { isEqual, type Bytes } from '../../../protocol/bytes.ts'
import { openCheckpoint, type Checkpoint } from '../../../protocol/checkpoint.ts'
import { TransferError } from '../../../protocol/errors.ts'
import {
  extentChunkCount,
  extentCountOf,
  extentHashOf,
  HASH_BYTES,
  rootOf,
  type ExtentHashes,
} from '../../../protocol/hash-list.ts'
import { checkSuccession } from '../../../protocol/succession.ts'

/**
 * Accepts the first checkpoint of a session, held against the newest one that this machine ever saw: an older
 * one of the same content is as good, because the newer one is kept here; one of older content is refused.
 *
 * @param seen - 196 bytes, as accepted before.
 * @throws {TransferError} As `acceptCheckpoint` does; HASHES_MISSING with `details.n` where the chunk hashes
 *   from n to the end of its extent are needed to compare.
 */
export function acceptFirst(offer: Offer, seen: Bytes | undefined, nowMs: number): Accepted {
  const offered = acceptCheckpoint(offer, undefined, nowMs)
  if (seen === undefined || offered.checkpoint.state === 'deleted') return offered
  const before = openCheckpoint(seen, offer.genesis.ownerPublicKey)
  if (before.state === 'deleted') {
    throw new TransferError('SHARE_DELETED', 'The sender deleted this share.')
  }
  if (before.chunkCount > offered.checkpoint.chunkCount) {
    checkSuccession(offered, { checkpoint: before, extents: [] })
    throw stale(before)
  }
  const held = { checkpoint: before, bytes: seen, extents: prefixOf(offered, before) }
  if (offered.checkpoint.seq > before.seq) return acceptCheckpoint(offer, held, nowMs)
  if (before.chunkCount === offered.checkpoint.chunkCount) return held
  throw stale(before)
}

/**
 * The hash list of an earlier checkpoint, made from that of a later one.
 *
 * @throws {TransferError} CHECKPOINT_CONFLICT if it is not the one that was published then.
 */
function prefixOf(later: Accepted, { chunkCount, root }: Checkpoint): ExtentHashes[] {
  const extents = later.extents.slice(0, extentCountOf(chunkCount))
  const last = extents.length - 1
  const count = extentChunkCount(last, chunkCount)
  if (last >= 0 && count < extentChunkCount(last, later.checkpoint.chunkCount)) {
    const chunkHashes = later.extents[last]?.chunkHashes?.slice(0, count * HASH_BYTES)
    if (chunkHashes === undefined) throw hashesMissing(chunkCount - count)
    extents[last] = { hash: extentHashOf(last, chunkHashes), chunkHashes }
  }
  const hashes = extents.map(({ hash }) => hash)
  if (isEqual(rootOf(chunkCount, hashes), root)) return extents
  const message = 'The sender published two different contents: one now, another one before.'
  throw new TransferError('CHECKPOINT_CONFLICT', message)
}

function hashesMissing(n: number): TransferError {
  const message = `Hashes are missing: those from chunk ${n} on are needed to compare.`
  return new TransferError('HASHES_MISSING', message, { details: { n } })
}

function stale({ seq }: Checkpoint): TransferError {
  const message = 'A seed shows an older state of the share than was seen here before.'
  return new TransferError('CHECKPOINT_STALE', message, { details: { seq } })
}
