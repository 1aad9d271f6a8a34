import { LETTING_GO_MS, SEED_GONE_MS, SEED_SILENT_MS } from '../limits.ts'

/** How patient custody is, all in milliseconds. Tests shorten it; what bounds the load stands in `limits.ts`. */
export type CustodyTiming = Readonly<{
  /** How often each other seed is asked whether it is there. */
  probeMs: number
  /** How long after its last checkpoint a share counts as being uploaded. */
  liveMs: number
  /** First pause between two looks at a custodian's copy; doubles up to `checkMaxMs` while nothing changes. */
  checkMs: number
  checkMaxMs: number
  /** The same while the share is being uploaded and the custodian has not all of it. */
  liveCheckMs: number
  /** What failed is tried again after this; doubles up to `retryMaxMs` where it keeps failing. */
  retryMs: number
  retryMaxMs: number
  /** After so long a silence another seed stands in: for shares being uploaded, and for all others. */
  liveSilentMs: number
  silentMs: number
  /** How long a refusal counts, and how long a seed that failed audits is not relied on. */
  refusalMs: number
  distrustMs: number
  /** Between two audits of a share. */
  auditMs: number
  /** Outside custody for so long before a share is let go. */
  lettingGoMs: number
  /** For how long a custodian's proof counts: all proofs must be this fresh together. */
  proofMs: number
  /** A pause in our own doings that makes us ask for everything again. */
  awayMs: number
  /** What concerns many shares at once is spread over this. */
  spreadMs: number
}>

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

export const custodyTiming: CustodyTiming = {
  probeMs: 5 * SECOND_MS,
  liveMs: 10 * MINUTE_MS,
  checkMs: 15 * SECOND_MS,
  checkMaxMs: 6 * HOUR_MS,
  liveCheckMs: 2 * SECOND_MS,
  retryMs: 2 * SECOND_MS,
  retryMaxMs: 10 * MINUTE_MS,
  liveSilentMs: SEED_SILENT_MS,
  // A reboot must not move every share to another seed.
  silentMs: SEED_GONE_MS,
  refusalMs: 10 * MINUTE_MS,
  distrustMs: 24 * HOUR_MS,
  auditMs: 24 * HOUR_MS,
  lettingGoMs: LETTING_GO_MS,
  proofMs: 10 * MINUTE_MS,
  awayMs: HOUR_MS,
  spreadMs: 5 * SECOND_MS,
}
