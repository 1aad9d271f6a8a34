import type { FastifyReply } from 'fastify'
import { TransferError } from '../../protocol/errors.ts'

/**
 * To be asked before a request takes what its `close` gives back: that comes once, and whoever hangs up while we wait
 * for the disk has had it.
 *
 * @throws {TransferError} REQUEST_INVALID if nobody waits for the answer any more.
 */
export function checkConnected({ raw }: FastifyReply): void {
  if (!raw.destroyed) return
  throw new TransferError('REQUEST_INVALID', 'The connection ended before the answer began.')
}
