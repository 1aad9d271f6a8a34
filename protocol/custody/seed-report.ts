import type { ShareFacts } from './share-facts.ts'

/** What another seed said of its copy. Its word counts for what to ask next, and never for letting go. */
export type SeedReport = Readonly<
  | { type: 'missing' }
  /** `seq` is −1 before its first checkpoint. */
  | { type: 'holds'; seq: number; chunkCount: number; heldCount: number }
  /** The owner's signed word, checked: `deleted`, or past the time until which that seed serves it. */
  | { type: 'deleted' | 'expired'; seq: number }
  /** It answered, and nothing can be made of it. */
  | { type: 'unclear' }
>

/** A report with when it came, and when to ask again. */
export type DatedReport = SeedReport &
  Readonly<{
    atMs: number
    nextMs: number
    /** Since when it says the same. */
    sinceMs: number
    /** How many times in a row it said the same. */
    steady: number
    /** What was known here when it was asked: the owner may be telling both seeds of more at this moment. */
    expectedSeq: number
    /** It was told, and has not been asked since. */
    isTold: boolean
  }>

/** The seq that the others should have: nothing follows a deletion. */
export function expectedSeqOf({ state, seq }: ShareFacts): number {
  return state === 'deleted' ? Infinity : seq
}

/** True if there is nothing this seed could tell the other one or expect from it. */
export function isSettled(report: SeedReport, facts: ShareFacts): boolean {
  if (facts.state === 'deleted') return report.type === 'deleted'
  if (report.type !== 'holds' || report.seq !== facts.seq) return false
  return report.heldCount >= facts.chunkCount
}

/** True if it may be asked seldom: all is well there, or its clock says that the share is over. */
export function isQuiet(report: SeedReport, facts: ShareFacts): boolean {
  return isSettled(report, facts) || (report.type === 'expired' && report.seq === facts.seq)
}

/** True if the other seed did not know what this one knew when it asked. */
export function isBehind(report: SeedReport & Pick<DatedReport, 'expectedSeq'>): boolean {
  switch (report.type) {
    case 'missing':
      return true
    case 'holds':
    case 'expired':
      return report.seq < report.expectedSeq
    case 'deleted':
    case 'unclear':
      return false
  }
}

export function isSame(a: SeedReport, b: SeedReport): boolean {
  if (a.type === 'holds' && b.type === 'holds') {
    return a.seq === b.seq && a.heldCount === b.heldCount && a.chunkCount === b.chunkCount
  }
  return a.type === b.type
}
