import type { SeedId } from '../seed-id.ts'
import type { ShareId } from '../share-id.ts'
import type { CustodyTiming } from './custody-timing.ts'
import { DueQueue } from './due-queue.ts'
import { ShareCustody } from './share-custody.ts'
import { isLive, type ShareFacts } from './share-facts.ts'

/** For how long a sweep of many shares is spread, each. */
const SWEEP_SHARE_MS_MIN = 1
const SWEEP_SHARE_MS_MAX = 10

/** All shares of this seed, and when each is to be planned again. */
export class ShareTable {
  readonly #timing: CustodyTiming
  readonly #random: () => number
  readonly #shares = new Map<ShareId, ShareCustody>()
  readonly #due = new DueQueue<ShareId>()
  /** Those that are being uploaded: they do not wait for the others. */
  readonly #urgentDue = new DueQueue<ShareId>()

  constructor(timing: CustodyTiming, random: () => number) {
    this.#timing = timing
    this.#random = random
  }

  get(id: ShareId): ShareCustody | undefined {
    return this.#shares.get(id)
  }

  values(): Iterable<ShareCustody> {
    return this.#shares.values()
  }

  get size(): number {
    return this.#shares.size
  }

  /** Takes what is here of a share, and plans it now. */
  put(id: ShareId, facts: ShareFacts, nowMs: number): ShareCustody {
    const share = this.#shares.get(id) ?? this.#add(id, facts, nowMs)
    const isNews = share.facts.seq !== facts.seq || share.facts.state !== facts.state
    share.facts = facts
    if (isNews) this.#lookSoon(share, nowMs)
    this.plan(share, nowMs, nowMs)
    return share
  }

  delete(id: ShareId): void {
    this.#shares.delete(id)
    this.#due.delete(id)
    this.#urgentDue.delete(id)
  }

  isUrgent({ facts }: ShareCustody, nowMs: number): boolean {
    return isLive(facts, this.#timing.liveMs, nowMs)
  }

  /** Plan it at `dueMs`, and not before: Infinity until something happens. */
  plan(share: ShareCustody, dueMs: number, nowMs: number): void {
    const isUrgent = this.isUrgent(share, nowMs)
    const [queue, other] = isUrgent ? [this.#urgentDue, this.#due] : [this.#due, this.#urgentDue]
    other.delete(share.id)
    if (dueMs === Infinity) queue.delete(share.id)
    else queue.set(share.id, dueMs)
  }

  /** The next share to plan. @param hasRoom - False if only those that are being uploaded may be. */
  takeDue(nowMs: number, hasRoom: boolean): ShareCustody | undefined {
    const id = this.#urgentDue.take(nowMs) ?? (hasRoom ? this.#due.take(nowMs) : undefined)
    return id === undefined ? undefined : this.#shares.get(id)
  }

  nextDueMs(hasRoom: boolean): number | undefined {
    const [urgentMs, dueMs] = [this.#urgentDue.nextMs, hasRoom ? this.#due.nextMs : undefined]
    if (urgentMs === undefined || dueMs === undefined) return urgentMs ?? dueMs
    return Math.min(urgentMs, dueMs)
  }

  /** Plans all shares soon, and not at once. */
  sweep(nowMs: number): void {
    const count = this.#shares.size
    const fewMs = Math.min(this.#timing.spreadMs, count * SWEEP_SHARE_MS_MAX)
    const spreadMs = Math.max(fewMs, count * SWEEP_SHARE_MS_MIN)
    for (const share of this.#shares.values()) {
      const isUrgent = this.isUrgent(share, nowMs)
      const sweptMs = isUrgent ? nowMs : nowMs + this.#random() * spreadMs
      const plannedMs = (isUrgent ? this.#urgentDue : this.#due).dueMsOf(share.id) ?? Infinity
      this.plan(share, Math.min(sweptMs, plannedMs), nowMs)
    }
  }

  /** A seed was away or started anew: what it said of any share counts no more. */
  forgetReports(id: SeedId, nowMs: number): void {
    for (const share of this.#shares.values()) share.forgetReport(id)
    this.sweep(nowMs)
  }

  /** We were away ourselves: everything is asked again before anything is handed on. */
  askAll(nowMs: number): void {
    for (const share of this.#shares.values()) share.askFromMs = nowMs
    this.sweep(nowMs)
  }

  /** Our clock was set back: what was due by the old one is due now. */
  restart(nowMs: number): void {
    for (const share of this.#shares.values()) {
      share.askFromMs = nowMs
      share.reports.clear()
      share.forgetTimes()
      share.auditDueMs = nowMs + this.#random() * this.#timing.auditMs
      this.plan(share, nowMs, nowMs)
    }
  }

  #add(id: ShareId, facts: ShareFacts, nowMs: number): ShareCustody {
    const isUrgent = isLive(facts, this.#timing.liveMs, nowMs)
    // Soon after an upload, so that the others' receipts are there to show; the others over a whole period.
    const auditMs = isUrgent ? this.#timing.checkMs : this.#random() * this.#timing.auditMs
    const share = new ShareCustody(id, facts, { nowMs, auditDueMs: nowMs + auditMs })
    this.#shares.set(id, share)
    return share
  }

  /** The owner tells the other seeds, too: whether they heard is looked at when they had the time. */
  #lookSoon(share: ShareCustody, nowMs: number): void {
    const pauseMs = this.#timing.liveCheckMs * (0.5 + this.#random() / 2)
    for (const [id, report] of share.reports) {
      const nextMs = Math.min(report.nextMs, nowMs + pauseMs)
      share.reports.set(id, { ...report, nextMs, sinceMs: nowMs, steady: 0 })
    }
  }
}
