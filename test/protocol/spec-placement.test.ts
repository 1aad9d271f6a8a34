// Written from protocol/SPEC.md §9 alone: only Node's own cryptography, no code of ours, and no cleverness.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

type Placed = { place: string; weight: number }
type Listed = Placed & { operator: string; jurisdiction: string; urls: string[]; state: string }
type Policy = { replicas: number; jurisdictions: number; denied: string[] }
type Case = Policy & { name: string; seeds: Listed[]; shares: Share[] }
type Share = { shareId: string; walk: number[]; custodians: number[] }
type File = {
  shareId: string
  seeds: (Placed & { x: number; score: number })[]
  ranked: number[]
  custodians: Case[]
}

const file = JSON.parse(readFileSync('test/vectors/placement.json', 'utf8')) as File

const xOf = (place: string, shareId: string): number => {
  const hash = createHash('sha256').update('skerry/1 place\0')
  return hash.update(place, 'hex').update(shareId, 'hex').digest().readUIntBE(0, 6)
}
const scoreOf = ({ place, weight }: Placed, shareId: string): number =>
  -Math.log((xOf(place, shareId) + 1) / 2 ** 48) / weight
/** Their numbers, best first. */
const rankOf = (seeds: Placed[], shareId: string): number[] => {
  const scores = seeds.map((seed) => scoreOf(seed, shareId))
  return [...scores.keys()].toSorted((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0))
}
/** All ways to take `count` of them, the better rank first. */
const choices = (from: number[], count: number): number[][] =>
  count === 0
    ? [[]]
    : from.flatMap((first, i) =>
        choices(from.slice(i + 1), count - 1).map((others) => [first].concat(others)),
      )
const isReached = ({ urls }: Listed): boolean =>
  urls.some((url) => /^https:|\/\/(localhost|127)/.test(url))

function isMeeting({ replicas, jurisdictions, denied }: Policy, seeds: Listed[]): boolean {
  const usable = seeds.filter(
    ({ state, jurisdiction }) => /^(open|full)$/.test(state) && !denied.includes(jurisdiction),
  )
  return (
    new Set(usable.map(({ operator }) => operator)).size === replicas &&
    new Set(usable.map(({ jurisdiction }) => jurisdiction)).size >= jurisdictions &&
    usable.some((seed) => isReached(seed))
  )
}

it('§9.1: rank', () => {
  for (const { place, weight, x, score } of file.seeds) {
    expect(xOf(place, file.shareId)).toBe(x)
    expect(scoreOf({ place, weight }, file.shareId)).toBeCloseTo(score, 9)
  }
  expect(rankOf(file.seeds, file.shareId)).toEqual(file.ranked)
})

it.each(file.custodians)('§9.2: custodians, $name', ({ seeds, shares, ...policy }) => {
  for (const { shareId, walk, custodians } of shares) {
    const first = choices(rankOf(seeds, shareId), policy.replicas).find((numbers) =>
      isMeeting(
        policy,
        numbers.flatMap((i) => seeds[i] ?? []),
      ),
    )
    expect(first ?? walk).toEqual(custodians)
  }
})
