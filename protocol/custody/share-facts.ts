import type { ShareState } from '../checkpoint.ts'
import type { Policy } from '../placement.ts'

/** What this seed itself holds of a share, as custody needs to know it: small, because all shares are kept. */
export type ShareFacts = Readonly<{
  policy: Policy
  /** `none` until the first checkpoint. */
  state: ShareState | 'none'
  /** Of the checkpoint; −1 until the first one. */
  seq: number
  /** n of the checkpoint. */
  chunkCount: number
  /** How many of them are durable here. */
  heldCount: number
  isIndexHeld: boolean
  /** False while the hash list is lost: nothing of it can be served or told. */
  isVerified: boolean
  /** By the owner's clock; 0 without a checkpoint. */
  issuedAtMs: number
  /** When the checkpoint came here, or else the share. */
  changedAtMs: number
  /** Until when this seed serves the share; 0 without a checkpoint or once deleted. */
  servedUntilMs: number
}>

/** True if something that the checkpoint names is not here. */
export function lacksContent(facts: ShareFacts): boolean {
  if (facts.state === 'none' || facts.state === 'deleted') return false
  if (!facts.isVerified) return true
  return facts.heldCount < facts.chunkCount || (facts.chunkCount > 0 && !facts.isIndexHeld)
}

/** True if this seed could sign a receipt: sealed, and all of it here. */
export function isWhole(facts: ShareFacts): boolean {
  return facts.state === 'sealed' && !lacksContent(facts)
}

/** True while the share is likely being uploaded: somebody waits for it. */
export function isLive(facts: ShareFacts, liveMs: number, nowMs: number): boolean {
  if (Math.abs(nowMs - facts.changedAtMs) > liveMs) return false
  // A share that came here by repair has just changed here, too, but its owner signed it long ago.
  return facts.state !== 'sealed' || Math.abs(nowMs - facts.issuedAtMs) <= liveMs
}
