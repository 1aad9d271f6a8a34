import { TransferError, type FaultCode } from '../../protocol/errors.ts'
import { delay, reasonOf } from '../engine/delay.ts'
import { ServingEnd, SERVING_END_LOOK_MS } from '../engine/receive/serving-end.ts'
import type { ShareSession } from '../engine/receive/share-session.ts'
import type { ShareHelper } from '../engine/swarm/share-helper.ts'
import type { CommandSwarm } from './command-swarm.ts'
import type { CommandContext } from './send-watch.ts'
import { ServingWatch } from './serving-watch.ts'

/** Ends of a share, after which there is nothing to serve: no failure of whoever served it. */
const ends: ReadonlySet<FaultCode> = new Set<FaultCode>(['SHARE_DELETED', 'SHARE_EXPIRED'])

/** Whether the session is over because the share is. */
export function isShareOver({ signal }: ShareSession): boolean {
  const reason: unknown = signal.reason
  return reason instanceof TransferError && ends.has(reason.code)
}

type Served = Readonly<{
  swarm: CommandSwarm
  session: ShareSession
  /** Fetches what is served; undefined where all of it is here. */
  helper?: ShareHelper
}>

/**
 * Serves others until the command is stopped or the share has ended, which are its good ends.
 *
 * @returns What to say.
 * @throws {TransferError} What else ended the session.
 */
export async function serveOthers(
  { swarm, session, helper }: Served,
  { output, signal }: CommandContext,
): Promise<string | undefined> {
  using watch = new ServingWatch({ swarm, session, helper, output })
  watch.tell()
  const both = AbortSignal.any([signal, session.signal])
  const end = new ServingEnd()
  while (!both.aborted) {
    await delay(SERVING_END_LOOK_MS, both).catch(() => undefined)
    end.look(session, Date.now())
  }
  if (signal.aborted) return undefined
  const reason = reasonOf(session.signal)
  if (!isShareOver(session)) throw reason
  return `${reason.message} It is not served any more.`
}
