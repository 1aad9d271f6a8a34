import { extendShare } from '../engine/custody/owner-action.ts'
import { openOwnedShare, tellReport, type OwnerOptions } from './owner-share.ts'
import type { CommandContext } from './send-watch.ts'

export type ExtendOptions = OwnerOptions &
  Readonly<{
    /** How long from now, in ms. */
    expiresInMs: number
  }>

/**
 * `skerry extend`: lets a share live longer, counted from now.
 *
 * @throws {TransferError} LINK_INVALID, LINK_WRONG_KIND, USAGE, SHARE_MISSING, SHARE_DELETED, SEED_UNREACHABLE
 */
export async function runExtend(
  options: ExtendOptions,
  { output, signal }: CommandContext,
): Promise<void> {
  const { share, network } = await openOwnedShare(options, signal)
  const expiresAtMs = Date.now() + options.expiresInMs
  const ports = { nowMs: Date.now, signal }
  const report = await extendShare(share, { expiresAtMs, network }, ports)
  const until = new Date(report.checkpoint.expiresAtMs).toISOString()
  tellReport(output, `Kept until ${until}`, report)
}
