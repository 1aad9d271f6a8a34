import { findShare } from '../engine/custody/open-share.ts'
import { requestGrant } from '../engine/network.ts'
import { HealSession } from '../engine/send/heal-session.ts'
import type { PatienceLimits } from '../engine/send/patience.ts'
import { openChosenNetwork } from './open-network.ts'
import { randomBytes } from './random-bytes.ts'
import { readLinkToken } from './read-token.ts'
import { readOptionalSecret } from './secret-input.ts'
import { gatherFiles } from './send-files.ts'
import { commandPatience, lineOf, watchSession, type CommandContext } from './send-watch.ts'

export type HealOptions = Readonly<{
  /** A link, or `-` or `@FILE` where it stands. */
  link: string
  paths: readonly string[]
  network?: string
  passwordFile?: string
  accessTokenFile?: string
  patience?: PatienceLimits
}>

/**
 * `skerry heal`: with the link and the same files, brings back what the seeds of a share lost. Anybody who has both
 * can; nothing is uploaded unless the files are those that were sent.
 *
 * @throws {TransferError} FILES_DIFFER, PASSWORD_NEEDED, PASSWORD_WRONG, SHARE_MISSING, SHARE_DELETED, USAGE, or
 *   what keeps the seeds from taking it.
 */
export async function runHeal(options: HealOptions, context: CommandContext): Promise<void> {
  const { output, signal } = context
  const { token, origin } = await readLinkToken(options.link)
  const password = await readOptionalSecret(options.passwordFile, 'the password')
  const accessToken = await readOptionalSecret(options.accessTokenFile, 'the access token')
  await using input = await gatherFiles(options.paths, signal)
  const { network, refresh } = await openChosenNetwork(options.network, origin)
  const share = await findShare(token, network.directory.seeds, signal)
  const { shareId, genesis } = share
  const ports = {
    requestGrant: (maxChunks: number) => requestGrant(network, { shareId, maxChunks }, accessToken),
    refreshNetwork: refresh,
    nowMs: Date.now,
    randomBytes,
    patience: options.patience ?? commandPatience,
  }
  const { secret } = token
  const start = { share, secret, password, network, files: input.files }
  await using session = new HealSession(ports, start)
  const seeds = await watchSession(session, context)
  const belowPolicy = genesis.replicas < 2
  output.event({ event: 'stored', seeds: seeds.map((seed) => lineOf(seed)), belowPolicy })
}
