import type { CustodyTiming } from '../../protocol/custody/custody-timing.ts'
import { DIRECTORY_LIFE_MS } from '../../protocol/limits.ts'
import { custodiansOf, meetsPolicy, type Policy } from '../../protocol/placement.ts'
import type { Directory, Seed } from '../../protocol/record/directory.ts'
import type { SeedId } from '../../protocol/seed-id.ts'
import type { ShareId } from '../../protocol/share-id.ts'
import { makeSeed } from '../protocol/placement-network.ts'
import { isWhole, type SimulatedCheckpoint } from './simulated-copy.ts'
import { SimulatedSeed } from './simulated-seed.ts'
import type { VirtualTime } from './virtual-time.ts'

const DIRECTORY_PERIOD_MS = 60_000
const GONE_MS = 10 * 60_000
const DAY_MS = 24 * 3_600_000
const countries = ['NZ', 'DE', 'IS', 'CH']

export type NetworkOptions = Readonly<{
  time: VirtualTime
  random: () => number
  timing: CustodyTiming
  seedCount: number
}>

/** Seeds, the lines between them, and the signal server that lists them. */
export class SimulatedNetwork {
  readonly time: VirtualTime
  readonly random: () => number
  readonly seeds: readonly SimulatedSeed[]
  /** What a rule of custody was broken by, in words. */
  readonly broken: string[] = []
  /** When a disk was emptied last. */
  emptiedAtMs = -Infinity
  readonly #deletions = new Map<ShareId, SimulatedCheckpoint>()
  readonly #heardMs = new Map<SeedId, number>()
  /** Seeds here reach only each other, and not the signal server. */
  #island: ReadonlySet<SeedId> = new Set()
  readonly #proofMs: number
  #directory: Directory

  constructor({ time, random, timing, seedCount }: NetworkOptions) {
    this.time = time
    this.random = random
    this.#proofMs = timing.proofMs
    this.seeds = Array.from({ length: seedCount }, (_, i) => {
      const seed = makeSeed(i, { jurisdiction: countries[i % countries.length] ?? 'NZ' })
      return new SimulatedSeed(this, { seed, skewMs: (random() * 2 - 1) * 0.95 * DAY_MS, timing })
    })
    this.#directory = this.#list(1)
    for (const { id } of this.seeds) this.#heardMs.set(id, time.nowMs)
    this.#publishLater()
  }

  get directory(): Directory {
    return this.#directory
  }

  latencyMs(): number {
    return 5 + this.random() * 50
  }

  /** The other seed, if a message gets there: one in two hundred does not. */
  reach(from: SimulatedSeed, to: SeedId): SimulatedSeed | undefined {
    if (this.#island.has(from.id) !== this.#island.has(to) || this.random() < 0.005)
      return undefined
    return this.seeds.find((seed) => seed.id === to && seed.isUp)
  }

  cutOff(island: ReadonlySet<SeedId>): void {
    this.#island = island
  }

  /** Whom a sender can hand something to: senders stand on the signal server's side. */
  custodians(shareId: ShareId, policy: Policy): SimulatedSeed[] {
    return this.#custodians(shareId, policy).filter(({ id, isUp }) => isUp && !this.#island.has(id))
  }

  /** True if the seeds that hold all of it are as many and as different as the owner asked for. */
  isStored(shareId: ShareId, policy: Policy): boolean {
    const holders = this.seeds.filter((seed) => hasWhole(seed, shareId))
    return meetsPolicy(
      policy,
      holders.map(({ seed }) => seed),
    )
  }

  copies(shareId: ShareId): number {
    return this.seeds.filter((seed) => hasWhole(seed, shareId)).length
  }

  delete(shareId: ShareId, seq: number): SimulatedCheckpoint {
    const times = { issuedAtMs: this.time.nowMs, expiresAtMs: 0 }
    const deletion: SimulatedCheckpoint = { seq, state: 'deleted', chunkCount: 0, ...times }
    this.#deletions.set(shareId, deletion)
    return deletion
  }

  deletionOf(shareId: ShareId): SimulatedCheckpoint | undefined {
    return this.#deletions.get(shareId)
  }

  /**
   * Nobody may drop a copy unless at this moment the others make up the policy without it. A disk that was emptied
   * after it proved what it had counts as it was: that is the one loss which the others bear.
   */
  checkLettingGo(by: SimulatedSeed, shareId: ShareId): void {
    const policy = by.disk.get(shareId)?.policy
    const holders = this.seeds.filter((seed) => seed !== by && hasWhole(seed, shareId))
    const isJustEmptied = this.time.nowMs - this.emptiedAtMs < this.#proofMs
    const replicas = Math.max(1, (policy?.replicas ?? 0) - (isJustEmptied ? 1 : 0))
    const seeds = holders.map(({ seed }) => seed)
    const least = { replicas, jurisdictions: Math.min(2, replicas), denied: [] }
    if (policy === undefined || !meetsPolicy(least, seeds)) {
      this.broken.push(`${this.time.nowMs}: let go with ${seeds.length} other copies`)
    }
  }

  #custodians(shareId: ShareId, policy: Policy): SimulatedSeed[] {
    const ids = new Set(custodiansOf(shareId, policy, this.#directory.seeds).map(({ id }) => id))
    return this.seeds.filter(({ id }) => ids.has(id))
  }

  /** States are heard and the directory is signed once a minute, and read by whoever is connected. */
  #publishLater(): void {
    this.time.after(DIRECTORY_PERIOD_MS, () => {
      const connected = this.seeds.filter(({ id, isUp }) => isUp && !this.#island.has(id))
      for (const { id } of connected) this.#heardMs.set(id, this.time.nowMs)
      this.#directory = this.#list(this.#directory.version + 1)
      for (const seed of connected) this.time.after(this.latencyMs(), () => seed.learn())
      this.#publishLater()
    })
  }

  #list(version: number): Directory {
    const { nowMs } = this.time
    const seeds = this.seeds.map(({ seed, isDraining, id }): Seed => {
      const isGone = nowMs - (this.#heardMs.get(id) ?? nowMs) > GONE_MS
      if (isGone) return { ...seed, state: 'gone' }
      return isDraining ? { ...seed, state: 'draining' } : seed
    })
    return { version, issuedAtMs: nowMs, endsAtMs: nowMs + DIRECTORY_LIFE_MS, seeds }
  }
}

function hasWhole(seed: SimulatedSeed, shareId: ShareId): boolean {
  const copy = seed.disk.get(shareId)
  return copy !== undefined && isWhole(copy)
}
