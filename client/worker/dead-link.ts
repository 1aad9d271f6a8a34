import { TransferError } from '../../protocol/errors.ts'
import type { ShareEnd } from '../engine/send/send-session.ts'

/** Whether the link of a share that failed so leads nowhere, and never will again. */
export function hasDeadLink(cause: unknown): boolean {
  if (!(cause instanceof TransferError)) return false
  if (cause.code === 'SHARE_DELETED' || cause.code === 'SHARE_EXPIRED') return true
  // What was whole before the files changed stays, and so does what no seed could be told of.
  const givenUp: ShareEnd = 'givenUp'
  return cause.details['end'] === givenUp
}
