import type { CustodyTiming } from './custody-timing.ts'
import type { Neighbours } from './neighbours.ts'
import type { Presence } from './presence.ts'

/** The world around one share, when its next steps are planned. */
export type CustodyView = Readonly<{
  nowMs: number
  timing: CustodyTiming
  neighbours: Neighbours
  presence: Presence
  /** 0 to 1; where it matters that nobody can guess it, from a cryptographic source. */
  random: () => number
  /** Since when the directories have been fresh without a gap; undefined while this one is not. */
  freshSinceMs: number | undefined
}>
