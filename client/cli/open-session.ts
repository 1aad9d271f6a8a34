import type { Bytes } from '../../protocol/bytes.ts'
import { TransferError } from '../../protocol/errors.ts'
import type { ShareId } from '../../protocol/share-id.ts'
import { unlessAborted } from '../engine/delay.ts'
import { openKeptNetwork, openNetwork, type Network } from '../engine/network.ts'
import { ShareSession } from '../engine/receive/share-session.ts'
import { FileNetworks } from '../node/network-store.ts'
import { SeenFiles } from '../node/seen-files.ts'
import { openStateDir } from '../node/state-dir.ts'
import type { NetworkChoice } from './choose-network.ts'
import type { OpenedNetwork } from './open-network.ts'

/** How often seeds are asked whether a share that is served here has ended. */
export const SERVING_LOOK_MS = 60_000

/** What a link and a helper token have in common. */
export type ShareAccess = Readonly<{ shareId: ShareId; helpKey: Bytes }>

export type OpenedSession = OpenedNetwork & Readonly<{ session: ShareSession }>

type Opening = Readonly<{
  choice: NetworkChoice
  /** The session ends when it aborts. */
  signal: AbortSignal
  /** How often it is asked whether the share has ended, once it is complete; never if undefined. */
  sealedLookMs?: number | undefined
}>

/**
 * Begins to ask for a share, at the seeds known from before if there are any, and at the newest as soon as they are.
 *
 * @throws {TransferError} NETWORK_MISMATCH, NETWORK_UNREACHABLE; the reason of the signal.
 */
export async function openSession(
  access: ShareAccess,
  { choice, signal, sealedLookMs }: Opening,
): Promise<OpenedSession> {
  const networks = new FileNetworks(await openStateDir('networks'))
  const seen = new SeenFiles(await openStateDir('seen'))
  const kept = await openKeptNetwork(networks, choice.url, choice.pinned)
  const refresh = (): Promise<Network> => openNetwork(networks, choice.url, choice.pinned)
  const asked = refresh()
  // A directory from before is good for reading: one round trip less, and the newer one is used when it is there.
  const network = kept ?? (await unlessAborted(asked, signal))
  const { seeds } = network.directory
  const session = new ShareSession({
    ...access,
    seeds,
    seen,
    random: Math.random,
    ...(sealedLookMs === undefined ? {} : { sealedLookMs }),
  })
  endWith(signal, session)
  asked.then(
    (newer) => session.setSeeds(newer.directory.seeds),
    (cause: unknown) => {
      // That it cannot be reached says nothing against what is known; another key does.
      if (cause instanceof TransferError && cause.code === 'NETWORK_MISMATCH') session.end(cause)
    },
  )
  return { session, network, refresh }
}

function endWith(signal: AbortSignal, session: ShareSession): void {
  const stop = (): void => session.end(stopReason(signal))
  signal.addEventListener('abort', stop, { once: true, signal: session.signal })
  if (signal.aborted) stop()
}

function stopReason({ reason }: AbortSignal): TransferError {
  if (reason instanceof TransferError) return reason
  const message = 'Stopped. The same command goes on from here.'
  return new TransferError('STOPPED', message, { cause: reason })
}
