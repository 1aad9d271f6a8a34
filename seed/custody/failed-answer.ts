import { signedEnd } from '../../client/engine/net/seed-client.ts'
import type { JobAnswer } from '../../protocol/custody/custody-event.ts'
import { TransferError } from '../../protocol/errors.ts'
import type { Share } from '../catalog/share.ts'

/**
 * What custody makes of a question that failed. That a share is deleted or over counts only in its owner's signed
 * words: no seed can make another one drop a share.
 *
 * @throws What is no failure of the other seed.
 */
export function failedAnswer(error: unknown, share: Share): JobAnswer {
  if (!(error instanceof TransferError)) throw error
  switch (error.code) {
    case 'SEED_UNREACHABLE':
      return { type: 'silent' }
    case 'SHARE_MISSING':
      return { type: 'reported', report: { type: 'missing' } }
    case 'SHARE_DELETED':
    case 'SHARE_EXPIRED':
      return endedAnswer(error, share)
    case 'STORE_FULL':
    case 'SHARE_TAKEN_DOWN':
    case 'GRANT_INVALID':
      return { type: 'refused' }
    default:
      return { type: 'failed' }
  }
}

/** What failed here says nothing of the seed that was asked. @throws What is a mistake of ours. */
export function failedHere(error: unknown): JobAnswer {
  if (error instanceof TransferError) return { type: 'failed' }
  throw error
}

function endedAnswer(error: TransferError, { id, origin }: Share): JobAnswer {
  const end = signedEnd(error, id, origin.genesis.ownerPublicKey)
  if (end === undefined) return { type: 'failed' }
  const { seq, state } = end.checkpoint
  if (state !== 'deleted') return { type: 'reported', report: { type: 'expired', seq } }
  return { type: 'reported', report: { type: 'deleted', seq }, deletion: end.bytes }
}
