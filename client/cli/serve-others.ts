import { servableUntilMs } from '../../protocol/checkpoint.ts'
import { TransferError, type FaultCode } from '../../protocol/errors.ts'
import { delay } from '../engine/delay.ts'
import type { ShareSession } from '../engine/receive/share-session.ts'
import type { CommandSwarm } from './command-swarm.ts'
import type { CommandContext } from './send-watch.ts'

/** How often it says how serving goes. */
const SERVING_MS = 5000

/** Ends of a share, after which there is nothing to serve: no failure of whoever served it. */
const ends: ReadonlySet<FaultCode> = new Set<FaultCode>(['SHARE_DELETED', 'SHARE_EXPIRED'])

/** Serves others until the command is stopped or the share has ended, which are its good ends. @returns What to say. */
export async function serveOthers(
  swarm: CommandSwarm,
  session: ShareSession,
  { output, signal }: CommandContext,
): Promise<string | undefined> {
  const both = AbortSignal.any([signal, session.signal])
  while (!both.aborted) {
    const { peerCount: peers = 0, givenBytes = 0 } = swarm.state ?? {}
    output.event({ event: 'serving', peers, givenBytes })
    await delay(SERVING_MS, both).catch(() => undefined)
    endIfExpired(session)
  }
  const reason: unknown = session.signal.reason
  const isEnd = !signal.aborted && reason instanceof TransferError && ends.has(reason.code)
  return isEnd ? `${reason.message} It is not served any more.` : undefined
}

function endIfExpired(session: ShareSession): void {
  const { checkpoint } = session.knownRecord?.accepted ?? {}
  if (checkpoint === undefined || Date.now() < servableUntilMs(checkpoint)) return
  session.end(new TransferError('SHARE_EXPIRED', 'This share has expired.'))
}
