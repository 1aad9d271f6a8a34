import { DIRECTORY_FRESH_MS, SHARE_SEEDS_ASKED_MAX } from '../limits.ts'
import { custodiansOf, rankSeeds, type Policy } from '../placement.ts'
import type { Directory, Seed } from '../record/directory.ts'
import type { SeedId } from '../seed-id.ts'
import type { ShareId } from '../share-id.ts'

/** Who a share concerns. It holds until `Neighbours.generation` rises. */
export type Ranks = Readonly<{
  /** The first seeds in rank that are not gone, this one included; SHARE_SEEDS_ASKED_MAX at most. */
  ranked: readonly SeedId[]
  custodians: readonly Seed[]
}>

const RANKS_KEPT_MAX = 1000

/** The seeds of the network as this one sees them, and who is to keep what. */
export class Neighbours {
  readonly self: SeedId
  #directory: Directory | undefined
  #fingerprint = ''
  #generation = 0
  #seeds: ReadonlyMap<SeedId, Seed> = new Map()
  readonly #ranks = new Map<ShareId, Ranks>()

  constructor(self: SeedId) {
    this.self = self
  }

  /** Rises whenever shares may have other custodians than before. */
  get generation(): number {
    return this.#generation
  }

  /** The other seeds that can be asked, those that are gone too: they may be back before the directory says so. */
  get others(): ReadonlySet<SeedId> {
    const listed = this.#directory?.seeds ?? []
    const reachable = listed.filter(({ id, urls }) => id !== this.self && urls.length > 0)
    return new Set(reachable.map(({ id }) => id))
  }

  /** Takes a directory unless it is older than the one held. @returns Whether custodians may have changed. */
  update(directory: Directory): boolean {
    if (this.#directory !== undefined && directory.version < this.#directory.version) return false
    this.#directory = directory
    this.#seeds = new Map(directory.seeds.map((seed) => [seed.id, seed]))
    const fingerprint = fingerprintOf(directory)
    if (fingerprint === this.#fingerprint) return false
    this.#fingerprint = fingerprint
    this.#generation += 1
    this.#ranks.clear()
    return true
  }

  seed(id: SeedId): Seed | undefined {
    return this.#seeds.get(id)
  }

  /** True until the directory's end: past it, nothing is handed to the seeds it lists. */
  isCurrent(nowMs: number): boolean {
    const directory = this.#directory
    return directory !== undefined && nowMs < directory.endsAtMs
  }

  /** True while letting go may build on it. Either clock may be wrong, so a future one is no better than an old one. */
  isFresh(nowMs: number): boolean {
    const directory = this.#directory
    return directory !== undefined && Math.abs(nowMs - directory.issuedAtMs) < DIRECTORY_FRESH_MS
  }

  ranksOf(shareId: ShareId, policy: Policy): Ranks {
    const known = this.#ranks.get(shareId)
    if (known !== undefined) return known
    const seeds = this.#directory?.seeds ?? []
    const listed = seeds.filter(({ state }) => state !== 'gone')
    const ranked = rankSeeds(shareId, listed).slice(0, SHARE_SEEDS_ASKED_MAX)
    const custodians = custodiansOf(shareId, policy, seeds)
    // A share that is being uploaded is planned often, and most others are not for hours.
    if (this.#ranks.size >= RANKS_KEPT_MAX) this.#ranks.clear()
    const ranks = { ranked: ranked.map(({ id }) => id), custodians }
    this.#ranks.set(shareId, ranks)
    return ranks
  }

  /** The custodians where those in `skip` are passed over. */
  standInsOf(shareId: ShareId, policy: Policy, skip: ReadonlySet<SeedId>): readonly Seed[] {
    return custodiansOf(shareId, policy, this.#directory?.seeds ?? [], skip)
  }
}

/** All that placement depends on: a directory that is only newer moves nothing. */
function fingerprintOf({ seeds }: Directory): string {
  return JSON.stringify(
    seeds.map(({ id, operator, jurisdiction, place, urls, weight, state }) => {
      return [id, operator, jurisdiction, [...place], urls, weight, state]
    }),
  )
}
