import { servableUntilMs, type Checkpoint } from '../checkpoint.ts'
import { EXPIRED_UNLINK_MS, SHARE_WITHOUT_CHECKPOINT_MS, TOMBSTONE_LIFE_MS } from '../limits.ts'

/** What a node knows about the age of a share. All times are its own, but those in the checkpoint. */
export type ExpiryFacts = Readonly<{
  checkpoint: Pick<Checkpoint, 'state' | 'expiresAtMs' | 'issuedAtMs'> | undefined
  /** When the share came here. */
  receivedAtMs: number
  /** When its newest checkpoint came here. */
  changedAtMs: number
  /** How long this node keeps any share, whatever its owner says. */
  maxLifeMs: number
  /** The store has little space left: what is expired need not wait. */
  isSpaceShort: boolean
}>

/**
 * `serve`; `refuse`, but keep, since the owner may still extend; `unlink` the content and keep the record;
 * `forget` everything.
 */
export type Standing = 'serve' | 'refuse' | 'unlink' | 'forget'

// Half of what is allowed, so that a node which looks rarely, or was away, is still in time.
const UNLINK_AFTER_MS = EXPIRED_UNLINK_MS / 2

/** Until when a node serves the share and may promise to keep it; 0 without a checkpoint or once deleted. */
export function servedUntilMs({ checkpoint, receivedAtMs, maxLifeMs }: ExpiryFacts): number {
  if (checkpoint === undefined || checkpoint.state === 'deleted') return 0
  return Math.min(servableUntilMs(checkpoint), receivedAtMs + maxLifeMs)
}

/** What to do with a share at `nowMs`. */
export function standingOf(facts: ExpiryFacts, nowMs: number): Standing {
  const { checkpoint, receivedAtMs, changedAtMs } = facts
  if (checkpoint === undefined) {
    return nowMs < receivedAtMs + SHARE_WITHOUT_CHECKPOINT_MS ? 'refuse' : 'forget'
  }
  if (checkpoint.state === 'deleted') {
    return nowMs < changedAtMs + TOMBSTONE_LIFE_MS ? 'unlink' : 'forget'
  }
  const untilMs = servedUntilMs(facts)
  if (nowMs < untilMs) return 'serve'
  // The record outlives every older checkpoint, even if the owner named a date long past.
  if (nowMs >= Math.max(untilMs, changedAtMs) + TOMBSTONE_LIFE_MS) return 'forget'
  return facts.isSpaceShort || nowMs >= untilMs + UNLINK_AFTER_MS ? 'unlink' : 'refuse'
}
