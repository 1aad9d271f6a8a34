import { concat, type Bytes } from '../../protocol/bytes.ts'
import type { JobAnswer } from '../../protocol/custody/custody-event.ts'
import { TransferError } from '../../protocol/errors.ts'
import { extentCountOf, HASH_BYTES } from '../../protocol/hash-list.ts'
import { CHECKPOINT_BODY_BYTES_MAX, EXTENT_CHUNKS } from '../../protocol/limits.ts'
import type { AskedSeed } from './asked-seed.ts'

// Above it the told seed gets the hash list extent by extent, when it takes the checkpoint.
const TOLD_HASHES_MAX = CHECKPOINT_BODY_BYTES_MAX / HASH_BYTES / 2

/** Hands a custodian the share and the newest checkpoint, as a sender would. It pulls the rest itself. */
export async function tellTo(asked: AskedSeed, knownCount: number): Promise<JobAnswer> {
  const { share, client, signal } = asked
  client.authorize(share.origin.readToken)
  await client.putShare(concat(share.origin.genesisBytes, share.origin.grantBytes), signal)
  try {
    await putCheckpoint(asked, knownCount)
  } catch (cause) {
    if (!(cause instanceof TransferError)) throw cause
    if (cause.code === 'HASHES_MISSING') await putCheckpoint(asked, Number(cause.details['n'] ?? 0))
    else if (cause.code !== 'CHECKPOINT_STALE') throw cause
  }
  return { type: 'done' }
}

async function putCheckpoint(asked: AskedSeed, knownCount: number): Promise<void> {
  const { share, client, signal } = asked
  const { accepted } = share
  if (accepted === undefined) return
  const isDeletion = accepted.checkpoint.state === 'deleted'
  const common = Math.min(knownCount, share.chunkCount)
  const first = isDeletion ? 0 : Math.floor(common / EXTENT_CHUNKS) * EXTENT_CHUNKS
  if (share.chunkCount - first > TOLD_HASHES_MAX) return
  const hashes = await hashesFrom(asked, first)
  // It grew while its hashes were read: the next look tells whether the seed knows already.
  if (share.accepted !== accepted) return
  await client.putCheckpoint({ checkpoint: accepted.bytes, first, hashes }, signal)
}

async function hashesFrom({ shares, share }: AskedSeed, first: number): Promise<Bytes> {
  const from = first / EXTENT_CHUNKS
  const hashes: Bytes[] = []
  for (let extent = from; extent < extentCountOf(share.chunkCount); extent += 1) {
    hashes.push(await shares.getChunkHashes(share, extent))
  }
  return concat(...hashes)
}
