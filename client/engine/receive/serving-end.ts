import { servableUntilMs } from '../../../protocol/checkpoint.ts'
import { TransferError } from '../../../protocol/errors.ts'
import type { RosterEntry } from './seed-roster.ts'
import type { ShareSession } from './share-session.ts'

/** So many looks in a row find it late, before that counts by itself: seeds are asked once a minute. */
const LATE_LOOKS = 15

/** How often whoever serves a share is to look. */
export const SERVING_END_LOOK_MS = 5000

export type ServedShare = Readonly<{
  entries: readonly RosterEntry[]
  /** What the seeds together say of it. */
  verdict: TransferError | undefined
  /** By what is known here; undefined while nothing is. */
  endsAtMs: number | undefined
  /** It is fetched just now, or comes from others, too: that no seed answers says less then. */
  isInUse?: boolean
}>

/**
 * Whether a share has expired for those who serve it. That goes by the clocks of its seeds: the one of this machine may
 * be wrong, and a machine that slept may not know yet that the share lasts longer. Where no seed answers, it is all
 * there is.
 */
export class ServingEnd {
  #lateLooks = 0

  /** One look of many: a session whose share has expired ends. */
  look(session: ShareSession, nowMs: number): void {
    if (this.isExpired(servedShare(session), nowMs))
      session.end(new TransferError('SHARE_EXPIRED', 'This share has expired.'))
  }

  /** The same of what is known of a share. */
  isExpired(share: ServedShare, nowMs: number): boolean {
    return this.isLate(share, nowMs) || share.verdict?.code === 'SHARE_EXPIRED'
  }

  /** One look of many, by the clock here alone: so until a seed answers, or shows that it lasts longer. */
  isLate({ entries, endsAtMs = Infinity, isInUse = false }: ServedShare, nowMs: number): boolean {
    const isServed = entries.some(({ phase, fault }) => phase === 'ready' && fault === undefined)
    if (isServed || nowMs < endsAtMs) this.#lateLooks = 0
    else if (!isInUse) this.#lateLooks += 1
    return this.#lateLooks > LATE_LOOKS
  }
}

/** What a session knows of it. */
export function servedShare({ entries, verdict, knownRecord }: ShareSession): ServedShare {
  const { checkpoint } = knownRecord?.accepted ?? {}
  return { entries, verdict, endsAtMs: checkpoint && servableUntilMs(checkpoint) }
}
