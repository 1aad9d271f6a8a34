import { rankSeeds, type Policy } from '../../protocol/placement.ts'
import type { Seed } from '../../protocol/record/directory.ts'
import type { ShareId } from '../../protocol/share-id.ts'

/** Word for word the five reasons of SPEC.md §9.2, one walk, and nothing else. */
export function walkOnce(shareId: ShareId, policy: Policy, seeds: readonly Seed[]): Seed[] {
  const taken: Seed[] = []
  for (const seed of rankSeeds(shareId, seeds)) {
    if (taken.length === policy.replicas) break
    const placesLeft = policy.replicas - taken.length - 1
    const jurisdictions = new Set([...taken, seed].map(({ jurisdiction }) => jurisdiction))
    const isReached = [...taken, seed].some((one) => isReachedByPages(one))
    if (!isUsable(seed, policy)) continue
    if (taken.some(({ operator }) => operator === seed.operator)) continue
    if (policy.jurisdictions - jurisdictions.size > placesLeft) continue
    if (placesLeft === 0 && !isReached) continue
    taken.push(seed)
  }
  return taken
}

/**
 * The first set in rank that meets the policy, by trying all there are: up to 2^n of n seeds.
 *
 * @returns undefined if none does.
 */
export function firstByTrial(
  shareId: ShareId,
  policy: Policy,
  seeds: readonly Seed[],
): Seed[] | undefined {
  const ranked = rankSeeds(shareId, seeds)
  return setsOf(ranked, policy.replicas).find((set) => isCustody(policy, set))
}

/** All sets of `count` of the seeds, in the order of a dictionary whose letters are the seeds. */
export function setsOf(seeds: readonly Seed[], count: number): Seed[][] {
  if (count <= 0) return count === 0 ? [[]] : []
  return seeds.flatMap((seed, i) =>
    setsOf(seeds.slice(i + 1), count - 1).map((others) => [seed].concat(others)),
  )
}

/** True if these are what a share is to have: neither fewer nor more. */
export function isCustody(policy: Policy, set: readonly Seed[]): boolean {
  const operators = new Set(set.map(({ operator }) => operator))
  const jurisdictions = new Set(set.map(({ jurisdiction }) => jurisdiction))
  return (
    set.every((seed) => isUsable(seed, policy)) &&
    operators.size === policy.replicas &&
    jurisdictions.size >= policy.jurisdictions &&
    set.some((seed) => isReachedByPages(seed))
  )
}

function isUsable({ state, jurisdiction }: Seed, { denied }: Policy): boolean {
  return (state === 'open' || state === 'full') && !denied.includes(jurisdiction)
}

function isReachedByPages({ urls }: Seed): boolean {
  return urls.some((url) => /^https:|^http:\/\/(\[::1\]|localhost|127\.)/.test(url))
}
