import { STATE_PERIOD_MS } from '../protocol/limits.ts'
import type { SeedId } from '../protocol/seed-id.ts'

/** What was last heard of a seed. */
type Heard = Readonly<{ atMs: number; freeBytes: number }>

// A gap between two moments that no running process has: it slept, or its clock was set.
const GAP_MS_MAX = 2 * STATE_PERIOD_MS

/** Knows how long each seed has been silent, by a clock that may jump. */
export class Hearing {
  readonly #heard = new Map<SeedId, Heard>()
  #nowMs: number

  constructor(nowMs: number) {
    this.#nowMs = nowMs
  }

  /** When `advance` must be called at the latest, so that it can tell a gap. */
  get deadlineMs(): number {
    return this.#nowMs + STATE_PERIOD_MS
  }

  /** Nobody can be heard while this process sleeps, and no clock that is set makes a seed silent. */
  advance(nowMs: number): void {
    const gapMs = nowMs - this.#nowMs
    this.#nowMs = nowMs
    if (gapMs >= 0 && gapMs <= GAP_MS_MAX) return
    for (const [id, heard] of this.#heard) {
      this.#heard.set(id, { ...heard, atMs: heard.atMs + gapMs })
    }
  }

  /** Counts from now on, at the time of the last `advance`. */
  hear(seedId: SeedId, freeBytes = this.freeBytes(seedId)): void {
    this.#heard.set(seedId, { atMs: this.#nowMs, freeBytes })
  }

  forget(seedId: SeedId): void {
    this.#heard.delete(seedId)
  }

  heardAtMs(seedId: SeedId): number {
    return this.#heard.get(seedId)?.atMs ?? this.#nowMs
  }

  freeBytes(seedId: SeedId): number {
    return this.#heard.get(seedId)?.freeBytes ?? 0
  }
}
