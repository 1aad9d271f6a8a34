import { sha256 } from '@noble/hashes/sha2.js'
import { compareBytes, concat, encodeUtf8 } from './bytes.ts'
import type { Seed } from './record/directory.ts'
import { isReachableByPages } from './record/seed-url.ts'
import type { SeedId } from './seed-id.ts'
import { shareIdBytes, type ShareId } from './share-id.ts'

/** What the sender asked for; part of the genesis, so it never changes. */
export type Policy = Readonly<{
  /** How many seeds keep the share, each of another operator. */
  replicas: number
  /** In how many jurisdictions at least, 1 to `replicas`. */
  jurisdictions: number
  /** Jurisdictions that must not keep it. */
  denied: readonly string[]
}>

const LABEL = encodeUtf8('skerry/1 place\0')
const NONE: ReadonlySet<SeedId> = new Set()

/**
 * All seeds, those first that are to keep the share: weighted rendezvous hashing. Each is drawn in proportion
 * to its weight, and a seed that comes or goes moves no share between the others.
 *
 * @param seeds - Of weight 1 and more.
 * @see SPEC.md §9, after https://www.ietf.org/archive/id/draft-ietf-bess-weighted-hrw-00.html
 */
export function rankSeeds(shareId: ShareId, seeds: readonly Seed[]): Seed[] {
  return seeds
    .map((seed) => ({ seed, score: scoreOf(seed, shareId) }))
    .toSorted((a, b) => a.score - b.score || compareBytes(a.seed.key, b.seed.key))
    .map(({ seed }) => seed)
}

/**
 * Walks the seeds in rank and takes those that fit the policy: the custodians. Whoever asks with the same
 * directory gets the same answer. Where the network cannot meet the policy, those that were found.
 *
 * @param skip - Seeds that refused the share or do not answer: the next ones that fit stand in.
 */
export function custodiansOf(
  shareId: ShareId,
  policy: Policy,
  seeds: readonly Seed[],
  skip: ReadonlySet<SeedId> = NONE,
): Seed[] {
  const taken: Seed[] = []
  for (const seed of rankSeeds(shareId, seeds)) {
    if (taken.length === policy.replicas) break
    if (!skip.has(seed.id) && isFitting(seed, taken, policy)) taken.push(seed)
  }
  return taken
}

/**
 * True if these seeds, denied ones not counted, are of as many operators and jurisdictions as the policy wants.
 * Give it the seeds whose receipts count.
 */
export function meetsPolicy(policy: Policy, seeds: readonly Seed[]): boolean {
  const allowed = seeds.filter(({ jurisdiction }) => !policy.denied.includes(jurisdiction))
  const operators = new Set(allowed.map(({ operator }) => operator))
  const jurisdictions = jurisdictionsOf(allowed)
  return operators.size >= policy.replicas && jurisdictions.size >= policy.jurisdictions
}

/** −ln((x + 1) / 2^48) ÷ weight, where x is 48 bits of hash: exponentially distributed, so the least is fair. */
function scoreOf({ place, weight }: Seed, shareId: ShareId): number {
  const hash = sha256(concat(LABEL, place, shareIdBytes(shareId)))
  const x =
    new DataView(hash.buffer, hash.byteOffset).getUint32(0) * 2 ** 16 +
    (hash[4] ?? 0) * 2 ** 8 +
    (hash[5] ?? 0)
  return -Math.log((x + 1) / 2 ** 48) / weight
}

/** The five reasons to pass a seed over. */
function isFitting(seed: Seed, taken: readonly Seed[], policy: Policy): boolean {
  if (seed.state === 'draining' || seed.state === 'gone') return false
  if (policy.denied.includes(seed.jurisdiction)) return false
  if (taken.some(({ operator }) => operator === seed.operator)) return false
  const chosen = [...taken, seed]
  const placesLeft = policy.replicas - chosen.length
  if (policy.jurisdictions - jurisdictionsOf(chosen).size > placesLeft) return false
  // A page on https can upload to one of them, and the others fill themselves from it.
  return placesLeft > 0 || chosen.some(({ urls }) => urls.some((url) => isReachableByPages(url)))
}

function jurisdictionsOf(seeds: readonly Seed[]): Set<string> {
  return new Set(seeds.map(({ jurisdiction }) => jurisdiction))
}
