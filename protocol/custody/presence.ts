import type { SeedId } from '../seed-id.ts'
import type { CustodyTiming } from './custody-timing.ts'
import { DueQueue } from './due-queue.ts'

type SeedPresence = {
  isAsked: boolean
  silentSinceMs: number | undefined
  /** Another one after each start of the seed's process. */
  instance: string | undefined
  skewMs: number | undefined
}

/** What a seed that answers says of itself. */
export type Hello = Readonly<{
  /** Drawn at each start; undefined if it does not say. */
  instance: string | undefined
  /** By how much its clock is ahead of the one here; undefined if it does not say. */
  skewMs: number | undefined
}>

// With a thousand seeds one asks a hundred a second, and not more.
const PROBES_PER_MS = 0.1

/** Which of the other seeds answer, and whether they started anew: then they may have lost what they held. */
export class Presence {
  readonly #timing: CustodyTiming
  readonly #random: () => number
  readonly #seeds = new Map<SeedId, SeedPresence>()
  readonly #due = new DueQueue<SeedId>()

  constructor(timing: CustodyTiming, random: () => number) {
    this.#timing = timing
    this.#random = random
  }

  get deadlineMs(): number | undefined {
    return this.#due.nextMs
  }

  /** The seeds there are to ask. New ones are taken to be there until they do not answer. */
  update(seedIds: ReadonlySet<SeedId>, nowMs: number): void {
    for (const id of this.#seeds.keys()) if (!seedIds.has(id)) this.#forget(id)
    for (const id of seedIds) {
      if (this.#seeds.has(id)) continue
      const unknown = { silentSinceMs: undefined, instance: undefined, skewMs: undefined }
      this.#seeds.set(id, { isAsked: false, ...unknown })
      this.#due.set(id, nowMs)
    }
  }

  isPresent(id: SeedId): boolean {
    const seed = this.#seeds.get(id)
    return seed !== undefined && seed.silentSinceMs === undefined
  }

  /** Since when it does not answer; undefined if it does. A seed that is not listed never did. */
  silentSinceMs(id: SeedId): number | undefined {
    const seed = this.#seeds.get(id)
    return seed === undefined ? -Infinity : seed.silentSinceMs
  }

  /** True if a new start of it would be noticed. */
  isWatched(id: SeedId): boolean {
    return this.#seeds.get(id)?.instance !== undefined
  }

  /** How far the clocks of the others are ahead, in milliseconds. */
  get skewsMs(): readonly number[] {
    const known = Array.from(this.#seeds.values(), ({ skewMs }) => skewMs)
    return known.filter((skewMs) => skewMs !== undefined)
  }

  get silentCount(): number {
    return [...this.#seeds.values()].filter((seed) => seed.silentSinceMs !== undefined).length
  }

  get count(): number {
    return this.#seeds.size
  }

  /** The next seed to ask; it counts as being asked until `answered` or `missed`. */
  take(nowMs: number): SeedId | undefined {
    const id = this.#due.take(nowMs)
    const seed = id === undefined ? undefined : this.#seeds.get(id)
    if (seed !== undefined) seed.isAsked = true
    return id
  }

  /** @returns Whether it was away, or started anew, so that what it held may have changed. */
  answered(id: SeedId, hello: Hello, nowMs: number): boolean {
    const seed = this.#seeds.get(id)
    if (seed === undefined) return false
    const wasAway =
      seed.silentSinceMs !== undefined && nowMs - seed.silentSinceMs >= this.#timing.retryMs
    const isNew = seed.instance !== undefined && seed.instance !== hello.instance
    Object.assign(seed, hello, { isAsked: false, silentSinceMs: undefined })
    this.#plan(id, nowMs)
    return wasAway || isNew
  }

  /** @returns Whether it answered before. */
  missed(id: SeedId, nowMs: number): boolean {
    const seed = this.#seeds.get(id)
    if (seed === undefined) return false
    const wasPresent = seed.silentSinceMs === undefined
    seed.isAsked = false
    seed.silentSinceMs ??= nowMs
    this.#plan(id, nowMs)
    return wasPresent
  }

  /** Something asked of it failed: whether it is there at all is to be asked now. */
  doubt(id: SeedId, nowMs: number): void {
    const seed = this.#seeds.get(id)
    if (seed !== undefined && !seed.isAsked && seed.silentSinceMs === undefined) {
      this.#due.set(id, nowMs)
    }
  }

  /** Our clock was set back: what was due by the old one is due now. */
  restart(nowMs: number): void {
    for (const [id, seed] of this.#seeds) {
      if (seed.silentSinceMs !== undefined) seed.silentSinceMs = nowMs
      if (!seed.isAsked) this.#due.set(id, nowMs)
    }
  }

  #plan(id: SeedId, nowMs: number): void {
    const periodMs = Math.max(this.#timing.probeMs, this.#seeds.size / PROBES_PER_MS)
    this.#due.set(id, nowMs + periodMs * (0.75 + this.#random() / 2))
  }

  #forget(id: SeedId): void {
    this.#seeds.delete(id)
    this.#due.delete(id)
  }
}
