import { TransferError } from '../../../protocol/errors.ts'
import type { RosterEntry } from './seed-roster.ts'

export type Situation = Readonly<{
  entries: readonly RosterEntry[]
  /** No seed is left that was not asked. */
  isEverySeedAsked: boolean
  /** Somebody other than a seed serves it. */
  hasPeer: boolean
  /** Until when the newest checkpoint known may be served; undefined while none is known. */
  endsAtMs: number | undefined
  nowMs: number
}>

/**
 * What the seeds together say of a share that none of them serves. One seed alone cannot end a download: it
 * takes all of them, or all that answer and the owner's own signed date.
 *
 * @returns undefined while waiting makes sense.
 */
export function verdictOf(situation: Situation): TransferError | undefined {
  const { entries, isEverySeedAsked, hasPeer, endsAtMs, nowMs } = situation
  if (entries.length === 0) return undefined
  const faults = entries.map(({ fault }) => fault?.code)
  const has = (code: string): boolean => faults.some((fault) => fault === code)
  const isOpen = entries.some(({ phase, fault }) => {
    return phase === 'asking' || (phase === 'ready' && fault === undefined)
  })
  if (isOpen) return undefined
  const isUnanimous = isEverySeedAsked && faults.every((code) => ends.has(code ?? ''))
  const isOver = endsAtMs !== undefined && endsAtMs <= nowMs
  if (has('SHARE_EXPIRED') && ((isUnanimous && !hasPeer) || isOver)) {
    return new TransferError(
      'SHARE_EXPIRED',
      'This share has expired: its seeds no longer serve it.',
    )
  }
  // What seeds do not know, or may not serve, others may.
  if (!isUnanimous || hasPeer) return undefined
  if (has('SHARE_TAKEN_DOWN')) {
    return new TransferError('SHARE_TAKEN_DOWN', 'The seeds that held this share took it down.')
  }
  const message =
    'No seed of this network knows the share: it was made elsewhere, or ended long ago.'
  return new TransferError('SHARE_MISSING', message)
}

/** Answers after which a seed will not serve the share. */
const ends = new Set(['SHARE_EXPIRED', 'SHARE_TAKEN_DOWN', 'SHARE_MISSING'])
