import { deleteShare } from '../engine/custody/owner-action.ts'
import { openOwnedShare, tellReport, type OwnerOptions } from './owner-share.ts'
import type { CommandContext } from './send-watch.ts'

export type DeleteOptions = OwnerOptions

/**
 * `skerry delete`: ends a share for good, at every seed that can be reached; those tell the others.
 *
 * @throws {TransferError} LINK_INVALID, LINK_WRONG_KIND, USAGE, SHARE_MISSING, SEED_UNREACHABLE
 */
export async function runDelete(
  options: DeleteOptions,
  { output, signal }: CommandContext,
): Promise<void> {
  const { share, network } = await openOwnedShare(options, signal)
  const report = await deleteShare(share, network, { nowMs: Date.now, signal })
  tellReport(output, 'Deleted', report)
}
