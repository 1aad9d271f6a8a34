import type { SeedId } from '../seed-id.ts'
import type { ShareId } from '../share-id.ts'
import type { DatedReport } from './seed-report.ts'
import type { ShareFacts } from './share-facts.ts'

type Retry = Readonly<{ afterMs: number; pauseMs: number }>

/** A custodian's fresh receipt for checkpoint `seq`, and enough of its chunks, verified. */
export type Proof = Readonly<{ seq: number; atMs: number }>

/** What most shares never have. */
class Troubles {
  readonly retries = new Map<string, Retry>()
  readonly refusedUntilMs = new Map<SeedId, number>()
  readonly distrustedUntilMs = new Map<SeedId, number>()
  readonly avoidedUntilMs = new Map<SeedId, number>()
  readonly failedAudits = new Map<SeedId, number>()
  readonly proofs = new Map<SeedId, Proof>()
}

/** What this seed knows about the custody of one share. Holds no rule: those stand in the plans. */
export class ShareCustody {
  readonly id: ShareId
  facts: ShareFacts
  /** What the others said, last. */
  readonly reports = new Map<SeedId, DatedReport>()
  /** Keys of the jobs under way. */
  readonly jobs = new Set<string>()
  /** When the share came here, or this process started. */
  readonly sinceMs: number
  /** What was said before counts no more: this seed may have been away. */
  askFromMs: number
  /** How many times wider than usual the search for a copy has become. */
  width = 1
  auditDueMs: number
  /** Since when this seed is not to keep the share; undefined while it is. */
  outsideSinceMs: number | undefined = undefined
  #troubles: Troubles | undefined

  constructor(id: ShareId, facts: ShareFacts, times: { nowMs: number; auditDueMs: number }) {
    this.id = id
    this.facts = facts
    this.sinceMs = times.nowMs
    this.askFromMs = times.nowMs
    this.auditDueMs = times.auditDueMs
  }

  /** Made at the first trouble, so that a million quiet shares stay small. */
  get troubles(): Troubles {
    this.#troubles ??= new Troubles()
    return this.#troubles
  }

  /** When a job of this key may be tried; 0 unless it failed before. */
  retryMs(key: string): number {
    return this.#troubles?.retries.get(key)?.afterMs ?? 0
  }

  /** A job failed: it waits twice as long as the last time. */
  postpone(key: string, bounds: { fromMs: number; toMs: number }, nowMs: number): void {
    const lastMs = this.#troubles?.retries.get(key)?.pauseMs ?? 0
    const pauseMs = Math.min(Math.max(bounds.fromMs, lastMs * 2), bounds.toMs)
    this.troubles.retries.set(key, { afterMs: nowMs + pauseMs, pauseMs })
  }

  succeed(key: string): void {
    this.#troubles?.retries.delete(key)
  }

  /** It sent wrong bytes: others are asked first. */
  isAvoided(id: SeedId, nowMs: number): boolean {
    return nowMs < (this.#troubles?.avoidedUntilMs.get(id) ?? 0)
  }

  failedAuditsOf(id: SeedId): number {
    return this.#troubles?.failedAudits.get(id) ?? 0
  }

  proofOf(id: SeedId): Proof | undefined {
    return this.#troubles?.proofs.get(id)
  }

  /** Whoever refused a moment ago: its stand-in knows, and keeps the share. */
  refusing(nowMs: number): Set<SeedId> {
    return currentOf(this.#troubles?.refusedUntilMs, nowMs)
  }

  /** Whoever failed audits. */
  distrusted(nowMs: number): Set<SeedId> {
    return currentOf(this.#troubles?.distrustedUntilMs, nowMs)
  }

  /** Forgets all that was to last until some time. */
  forgetTimes(): void {
    this.#troubles = undefined
  }

  /** Forgets what a seed said: it was away, or it started anew. */
  forgetReport(id: SeedId): void {
    this.reports.delete(id)
    this.#troubles?.proofs.delete(id)
    this.#troubles?.refusedUntilMs.delete(id)
  }
}

function currentOf(untilMs: ReadonlyMap<SeedId, number> | undefined, nowMs: number): Set<SeedId> {
  const current = [...(untilMs ?? [])].filter(([, ms]) => nowMs < ms)
  return new Set(current.map(([id]) => id))
}
