import { setCountOf } from '../../protocol/bitmap.ts'
import { isEqual, type Bytes } from '../../protocol/bytes.ts'
import { openCheckpoint, type Checkpoint } from '../../protocol/checkpoint.ts'
import type { JobAnswer } from '../../protocol/custody/custody-event.ts'
import { TransferError } from '../../protocol/errors.ts'
import type { Share } from '../catalog/share.ts'
import type { AskedSeed } from './asked-seed.ts'

/** Asks a seed what it holds of a share. The token is shown only after it answered with the genesis. */
export async function lookAt({ share, client, signal }: AskedSeed): Promise<JobAnswer> {
  await client.getGenesis(signal)
  client.authorize(share.origin.readToken)
  const bytes = await orNothing(client.getCheckpoint(undefined, signal))
  if (bytes === undefined) {
    return { type: 'reported', report: { type: 'holds', seq: -1, chunkCount: 0, heldCount: 0 } }
  }
  const { seq, chunkCount, state } = openFor(share, bytes)
  // A deletion comes as a fault, with its checkpoint; so this is a seed that keeps to no protocol.
  if (state === 'deleted') return { type: 'failed' }
  const heldCount = chunkCount === 0 ? 0 : setCountOf(await client.getHeld(undefined, signal))
  const report = {
    type: 'holds',
    seq,
    chunkCount,
    heldCount: Math.min(heldCount, chunkCount),
  } as const
  return { type: 'reported', report }
}

/** The signature is checked but for the checkpoint that was checked here before. */
function openFor({ id, accepted, origin }: Share, bytes: Bytes): Checkpoint {
  if (accepted !== undefined && isEqual(accepted.bytes, bytes)) return accepted.checkpoint
  const checkpoint = openCheckpoint(bytes, origin.genesis.ownerPublicKey)
  if (checkpoint.shareId === id) return checkpoint
  throw new TransferError(
    'CHECKPOINT_INVALID',
    'A seed answered with the checkpoint of another share.',
  )
}

/** It has the share, and no checkpoint of it yet. */
async function orNothing(asked: Promise<Bytes | undefined>): Promise<Bytes | undefined> {
  try {
    return await asked
  } catch (cause) {
    if (cause instanceof TransferError && cause.code === 'SHARE_MISSING') return undefined
    throw cause
  }
}
