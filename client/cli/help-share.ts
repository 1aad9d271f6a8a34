import { TransferError } from '../../protocol/errors.ts'
import type { ShareSession } from '../engine/receive/share-session.ts'
import { ShareHelper } from '../engine/swarm/share-helper.ts'
import { HelpFile } from '../node/help-file.ts'
import { chooseNetwork } from './choose-network.ts'
import { CommandSwarm, swarmPortsOf } from './command-swarm.ts'
import { openSession, SERVING_LOOK_MS } from './open-session.ts'
import type { Output } from './output.ts'
import { readHelperToken } from './read-token.ts'
import type { CommandContext } from './send-watch.ts'
import { isShareOver, serveOthers } from './serve-others.ts'

export type HelpOptions = Readonly<{
  tokenFile: string
  network?: string
  /** How much to keep at most. */
  capacityBytes: number
  /** Of what is given to others within 24 hours; no bound if undefined. */
  dailyBytesMax?: number
  /** How often seeds are asked whether it has ended. */
  lookMs?: number
}>

/**
 * `skerry help-share`: fetches sealed chunks and passes them on, until it is stopped or the share ends. It cannot read
 * what it serves.
 *
 * @throws {TransferError} What went wrong, and what to do.
 */
export async function runHelpShare(options: HelpOptions, context: CommandContext): Promise<void> {
  const { output, signal } = context
  const { token, origin } = await readHelperToken(options.tokenFile)
  const choice = chooseNetwork(options.network, origin)
  const sealedLookMs = options.lookMs ?? SERVING_LOOK_MS
  const opened = await openSession(token, { choice, signal, sealedLookMs })
  await using session = opened.session
  const ports = await swarmPortsOf(opened, context.openRtc, output)
  if (ports === undefined) {
    throw new TransferError(
      'SEED_UNREACHABLE',
      'There is no WebRTC for this machine: it cannot help.',
    )
  }
  await using store = await HelpFile.open()
  using swarm = new CommandSwarm({
    session,
    helpKey: token.helpKey,
    privacy: 'direct',
    ports: Promise.resolve(ports),
    dailyBytesMax: options.dailyBytesMax ?? Infinity,
  })
  swarm.open(store)
  void begin(session, output)
  const bytesMax = options.capacityBytes
  const hold = (indexes: readonly number[]): void => swarm.hold(indexes)
  const helper = new ShareHelper({ session, store, hold, bytesMax, random: Math.random })
  const serving = serveOthers({ swarm, session, helper }, context)
  // What ends it is thrown below, here or there.
  serving.catch(() => undefined)
  try {
    swarm.complete(await helper.run(signal))
  } catch (cause) {
    // A share may end before all of it is here.
    if (!signal.aborted && !isShareOver(session)) throw cause
  }
  const message = await serving
  if (message !== undefined) output.event({ event: 'note', message })
}

/** Says that it helps once it is known that it may; else the session ends. */
async function begin(session: ShareSession, output: Output): Promise<void> {
  // A session that ends before is over already.
  const genesis = await session.genesis().catch(() => undefined)
  if (genesis === undefined) return
  if (!genesis.peersForbidden) {
    const helping = 'Helping until you stop it with Ctrl-C or the share ends.'
    output.event({ event: 'note', message: helping })
    return
  }
  const message =
    'The sender of this share lets nobody but seeds carry it: there is nothing to help with.'
  session.end(new TransferError('POLICY_UNMET', message))
}
