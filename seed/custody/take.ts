import { extentOf } from '../../protocol/hash-list.ts'
import { encodeCheckpointMessage } from '../../protocol/accept.ts'
import type { Bytes } from '../../protocol/bytes.ts'
import { openCheckpoint } from '../../protocol/checkpoint.ts'
import type { JobAnswer } from '../../protocol/custody/custody-event.ts'
import { TransferError } from '../../protocol/errors.ts'
import { EXTENT_CHUNKS } from '../../protocol/limits.ts'
import type { AskedSeed } from './asked-seed.ts'
import { failedHere } from './failed-answer.ts'
import { pullHashes } from './hash-pull.ts'

/** Gets a newer checkpoint from a seed that has one, with the hashes that are missing here. */
export async function takeFrom(asked: AskedSeed): Promise<JobAnswer> {
  const { share, client, signal } = asked
  client.authorize(share.origin.readToken)
  const bytes = await client.getCheckpoint(undefined, signal)
  if (bytes === undefined) return { type: 'failed' }
  const { seq, chunkCount } = openCheckpoint(bytes, share.origin.genesis.ownerPublicKey)
  // It said that it has a newer one; and more than the network allowed is not worth a download.
  if (seq <= (share.checkpoint?.seq ?? -1) || chunkCount > share.origin.grant.maxChunks) {
    return { type: 'failed' }
  }
  const known = share.isVerified ? share.chunkCount : 0
  return putFrom(asked, { bytes, chunkCount, known }).catch(async (cause: unknown) => {
    const needed = missingFrom(cause)
    if (needed === undefined || needed >= known) throw cause
    return putFrom(asked, { bytes, chunkCount, known: needed })
  })
}

type Taken = Readonly<{ bytes: Bytes; chunkCount: number; known: number }>

async function putFrom(
  { shares, share, client, signal }: AskedSeed,
  { bytes, chunkCount, known }: Taken,
): Promise<JobAnswer> {
  const from = extentOf(known)
  const hashes =
    known === chunkCount && share.isVerified
      ? await ownHashes({ shares, share }, from)
      : await pullHashes(client, { from, chunkCount }, signal)
  const message = { checkpoint: bytes, first: from * EXTENT_CHUNKS, hashes }
  try {
    await shares.putCheckpoint(share.id, encodeCheckpointMessage(message))
    return { type: 'done' }
  } catch (cause) {
    return judged(cause)
  }
}

/** Nothing was added: the hashes of the last extent stand here, if it is not full. */
async function ownHashes(
  { shares, share }: Pick<AskedSeed, 'shares' | 'share'>,
  extent: number,
): Promise<Bytes> {
  const isFull = share.chunkCount === extent * EXTENT_CHUNKS
  return isFull ? new Uint8Array(0) : shares.getChunkHashes(share, extent)
}

/** From which chunk on hashes are needed to compare, if that is what failed. */
function missingFrom(cause: unknown): number | undefined {
  if (!(cause instanceof TransferError) || cause.code !== 'HASHES_MISSING') return undefined
  return typeof cause.details['n'] === 'number' ? cause.details['n'] : undefined
}

/** What it means that it was not taken here. @throws {TransferError} HASHES_MISSING, for another try. */
function judged(cause: unknown): JobAnswer {
  if (missingFrom(cause) !== undefined) throw cause
  // The checkpoint is the owner's, so the hashes that came with it are not.
  const isForged = cause instanceof TransferError && cause.code === 'CHECKPOINT_INVALID'
  return isForged ? { type: 'forged' } : failedHere(cause)
}
