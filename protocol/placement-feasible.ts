import type { Jurisdiction } from './jurisdiction.ts'
import type { Seed } from './record/directory.ts'
import { isReachableByPages } from './record/seed-url.ts'

/** How many seeds, each of another operator, and in how many jurisdictions at least. */
type Wanted = Readonly<{ replicas: number; jurisdictions: number }>

/**
 * True if `taken` and some of `others` together meet the policy: `replicas` seeds of as many operators, in enough
 * jurisdictions, and one that pages reach. Takes time in proportion to a matching, not to the number of choices.
 *
 * @param others - Seeds that are still to be had; those in denied jurisdictions are not among them.
 * @see SPEC.md §9.2
 */
export function canComplete(
  wanted: Wanted,
  taken: readonly Seed[],
  others: readonly Seed[],
): boolean {
  const { places, missing } = openPlaces(wanted, taken)
  const operators = operatorsOf(taken)
  if (operators.size < taken.length || missing > places) return false
  const free = others.filter(({ operator }) => !operators.has(operator))
  if (operatorsOf(free).size < places) return false
  const known = jurisdictionsOf(taken)
  const strange = free.filter(({ jurisdiction }) => !known.has(jurisdiction))
  if (!covers(strange, missing)) return false
  if (taken.some((seed) => isReachable(seed))) return true
  // Nearly always the first will do: it fails only if its operator is needed elsewhere.
  return free.some((seed) => isReachable(seed) && canComplete(wanted, [...taken, seed], free))
}

/** How many places are left, and how many jurisdictions are still missing. */
export function openPlaces(
  { replicas, jurisdictions }: Wanted,
  taken: readonly Seed[],
): { places: number; missing: number } {
  const missing = Math.max(0, jurisdictions - jurisdictionsOf(taken).size)
  return { places: replicas - taken.length, missing }
}

export function operatorsOf(seeds: readonly Seed[]): Set<string> {
  return new Set(seeds.map(({ operator }) => operator))
}

export function jurisdictionsOf(seeds: readonly Seed[]): Set<string> {
  return new Set(seeds.map(({ jurisdiction }) => jurisdiction))
}

/** True if a page served over HTTPS may fetch from it. */
export function isReachable({ urls }: Seed): boolean {
  return urls.some((url) => isReachableByPages(url))
}

/**
 * True if as many operators as `count` can stand each in another jurisdiction: a matching of operators and
 * jurisdictions, grown by augmenting paths (Kuhn's algorithm).
 */
function covers(seeds: readonly Seed[], count: number): boolean {
  const seedsIn = Map.groupBy(seeds, ({ jurisdiction }) => jurisdiction)
  const standsIn = new Map<string, Jurisdiction>()
  // Who could not be moved cannot be until somebody else was.
  const tried = new Set<string>()
  const fill = (jurisdiction: Jurisdiction): boolean => {
    for (const { operator } of seedsIn.get(jurisdiction) ?? []) {
      if (tried.has(operator)) continue
      tried.add(operator)
      const other = standsIn.get(operator)
      if (other !== undefined && !fill(other)) continue
      standsIn.set(operator, jurisdiction)
      return true
    }
    return false
  }
  for (const jurisdiction of seedsIn.keys()) {
    if (standsIn.size >= count) break
    if (fill(jurisdiction)) tried.clear()
  }
  return standsIn.size >= count
}
