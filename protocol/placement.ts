import { sha256 } from '@noble/hashes/sha2.js'
import { compareBytes, concat, encodeUtf8 } from './bytes.ts'
import {
  canComplete,
  isReachable,
  jurisdictionsOf,
  openPlaces,
  operatorsOf,
} from './placement-feasible.ts'
import type { Seed } from './record/directory.ts'
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
 * The custodians: of all sets of seeds that meet the policy the first in rank, and where none meets it, as many
 * as were found. Whoever asks with the same directory gets the same answer.
 *
 * @param skip - Seeds that refused the share or do not answer: the next ones that fit stand in.
 * @see SPEC.md §9.2
 */
export function custodiansOf(
  shareId: ShareId,
  policy: Policy,
  seeds: readonly Seed[],
  skip: ReadonlySet<SeedId> = NONE,
): Seed[] {
  const usable = seeds.filter((seed) => !skip.has(seed.id) && isUsable(seed, policy))
  const ranked = rankSeeds(shareId, usable)
  const first = walk(policy, ranked, (taken) => isFitting(policy, taken))
  // Most often that is all. What it met, the careful walk would meet with the same seeds, in more time.
  if (first.length === policy.replicas || !canComplete(policy, [], ranked)) return first
  return walk(policy, ranked, (taken, at) => canComplete(policy, taken, ranked.slice(at + 1)))
}

/**
 * True if these seeds, denied ones not counted, are of as many operators and jurisdictions as the policy wants.
 * Give it the seeds whose receipts count.
 */
export function meetsPolicy(policy: Policy, seeds: readonly Seed[]): boolean {
  const allowed = seeds.filter(({ jurisdiction }) => !policy.denied.includes(jurisdiction))
  const [operators, jurisdictions] = [operatorsOf(allowed), jurisdictionsOf(allowed)]
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

function isUsable({ state, jurisdiction }: Seed, { denied }: Policy): boolean {
  return state !== 'draining' && state !== 'gone' && !denied.includes(jurisdiction)
}

/** Takes each seed with which those taken are acceptable, until all places are. */
function walk(
  { replicas }: Policy,
  ranked: readonly Seed[],
  isAcceptable: (taken: readonly Seed[], at: number) => boolean,
): Seed[] {
  let taken: readonly Seed[] = []
  for (const [at, seed] of ranked.entries()) {
    if (taken.length === replicas) break
    const more = [...taken, seed]
    if (isAcceptable(more, at)) taken = more
  }
  return [...taken]
}

/** True if nothing about these seeds alone is against the policy, whoever else there is. */
function isFitting(policy: Policy, taken: readonly Seed[]): boolean {
  const { places, missing } = openPlaces(policy, taken)
  if (operatorsOf(taken).size < taken.length || missing > places) return false
  // A page on https can upload to one of them, and the others fill themselves from it.
  return places > 0 || taken.some((seed) => isReachable(seed))
}
