import type { ActionReport, OwnedShare } from '../engine/custody/owner-action.ts'
import { findShare } from '../engine/custody/open-share.ts'
import { seedName } from '../engine/seed-name.ts'
import { openChosenNetwork, type OpenedNetwork } from './open-network.ts'
import type { Output } from './output.ts'
import { readOwnerToken } from './read-token.ts'

export type OwnerOptions = Readonly<{
  /** Where the owner token stands; `-` is standard input. */
  tokenFile: string
  network?: string
}>

/** @throws {TransferError} LINK_INVALID, LINK_WRONG_KIND, USAGE, SHARE_MISSING, SEED_UNREACHABLE */
export async function openOwnedShare(
  options: OwnerOptions,
  signal: AbortSignal,
): Promise<Readonly<{ share: OwnedShare }> & OpenedNetwork> {
  const { token, origin } = await readOwnerToken(options.tokenFile)
  const opened = await openChosenNetwork(options.network, origin)
  const found = await findShare(token, opened.network.directory.seeds, signal)
  return { share: { ...found, ownerSeed: token.ownerSeed }, ...opened }
}

/** Says which seeds took it, and which have yet to hear of it. */
export function tellReport(output: Output, done: string, { taken, missed }: ActionReport): void {
  output.event({
    event: 'note',
    message: `${done} by ${taken.map((seed) => seedName(seed)).join(', ')}.`,
  })
  for (const { seed, error } of missed) {
    const message = `${seedName(seed)} did not take it: ${error.message} The other seeds tell it when it is back.`
    output.event({ event: 'warning', code: error.code, message })
  }
}
