import type { JobAnswer } from '../../protocol/custody/custody-event.ts'
import type { ShareFacts } from '../../protocol/custody/share-facts.ts'
import type { SeedReport } from '../../protocol/custody/seed-report.ts'
import type { Policy } from '../../protocol/placement.ts'

/** An owner's word, newer by `seq`; nothing follows a deletion. */
export type SimulatedCheckpoint = Readonly<{
  seq: number
  state: 'open' | 'sealed' | 'deleted'
  chunkCount: number
  issuedAtMs: number
  expiresAtMs: number
}>

/** What one seed has of one share on its disk. */
export type SimulatedCopy = {
  readonly policy: Policy
  checkpoint: SimulatedCheckpoint | undefined
  changedAtMs: number
  readonly held: Set<number>
}

/** By the rules of `acceptCheckpoint`, without its signatures. @returns Whether it is news. */
export function accept(
  copy: SimulatedCopy,
  next: SimulatedCheckpoint | undefined,
  nowMs: number,
): boolean {
  const held = copy.checkpoint
  if (next === undefined || held?.state === 'deleted') return false
  if (next.state !== 'deleted' && next.seq <= (held?.seq ?? -1)) return false
  copy.checkpoint = next
  copy.changedAtMs = nowMs
  if (next.state === 'deleted') copy.held.clear()
  return true
}

export function isWhole({ checkpoint, held }: SimulatedCopy): boolean {
  return checkpoint?.state === 'sealed' && held.size >= checkpoint.chunkCount
}

export function factsOf({ policy, checkpoint, held, changedAtMs }: SimulatedCopy): ShareFacts {
  const { state = 'none', seq = -1, chunkCount = 0, issuedAtMs = 0 } = checkpoint ?? {}
  return {
    policy,
    state,
    seq,
    chunkCount,
    heldCount: held.size,
    isIndexHeld: true,
    isVerified: true,
    issuedAtMs,
    changedAtMs,
    servedUntilMs: state === 'deleted' ? 0 : (checkpoint?.expiresAtMs ?? 0),
  }
}

/** What the seed says when it is looked at. */
export function reportOf(copy: SimulatedCopy | undefined, nowMs: number): SeedReport {
  if (copy === undefined) return { type: 'missing' }
  const { seq = -1, state, chunkCount = 0, expiresAtMs = Infinity } = copy.checkpoint ?? {}
  if (state === 'deleted') return { type: 'deleted', seq }
  if (nowMs >= expiresAtMs) return { type: 'expired', seq }
  return { type: 'holds', seq, chunkCount, heldCount: copy.held.size }
}

/** Its receipt and its chunks: an honest seed signs what it has. */
export function auditOf(
  copy: SimulatedCopy | undefined,
  chunks: readonly number[],
  expectedSeq: number | undefined,
): JobAnswer {
  const good = chunks.filter((index) => copy?.held.has(index) === true)
  const seq = copy?.checkpoint?.seq
  const isProof = copy !== undefined && isWhole(copy) && seq === expectedSeq
  return {
    type: 'audited',
    seq: isProof ? seq : undefined,
    goodCount: good.length,
    badCount: chunks.length - good.length,
  }
}
