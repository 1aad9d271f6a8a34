import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { parseShareId } from '../../protocol/share-id.ts'
import { custodiansOf, meetsPolicy, rankSeeds, type Policy } from '../../protocol/placement.ts'
import type { Seed } from '../../protocol/record/directory.ts'
import { walkOnce } from './placement-by-trial.ts'
import { makeSeed, makeShareId } from './placement-network.ts'
import { bytesOf } from './record/samples.ts'

const SEED = 20260
const vector = parseVector(readFileSync('test/vectors/placement.json', 'utf8'))
const two: Policy = { replicas: 2, jurisdictions: 2, denied: [] }
const countries = ['NZ', 'DE', 'IS', 'US']

/** Networks of up to 12 seeds of any kind, operators with seeds in several countries included. */
const seedsArbitrary = fc
  .array(
    fc.record({
      jurisdiction: fc.constantFrom(...countries),
      operator: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      weight: fc.integer({ min: 1, max: 9 }),
      state: fc.constantFrom('open', 'full', 'draining', 'gone'),
      urls: fc.constantFrom([], ['https://a.example'], ['http://a.example'], ['http://[::1]:1']),
    }),
    { maxLength: 12 },
  )
  .map((list) => list.map((changes, i) => makeSeed(i, changes)))

const policyArbitrary = fc
  .record({
    replicas: fc.integer({ min: 1, max: 4 }),
    spread: fc.integer({ min: 1, max: 4 }),
    denied: fc.subarray(countries, { maxLength: 2 }),
  })
  .map(({ replicas, spread, denied }) => ({
    replicas,
    jurisdictions: Math.min(replicas, spread),
    denied,
  }))

const shareArbitrary = fc.nat(1e6).map((i) => makeShareId(i))

const idsOf = (seeds: readonly Seed[]): string[] => seeds.map(({ id }) => id)
const distinct = (texts: readonly string[]): number => new Set(texts).size

type Custodians = Policy &
  Readonly<{
    name: string
    seeds: readonly (Pick<Seed, 'operator' | 'jurisdiction' | 'urls' | 'weight' | 'state'> & {
      place: string
    })[]
    shares: readonly { shareId: string; walk: readonly number[]; custodians: readonly number[] }[]
  }>

type Vector = Readonly<{
  shareId: string
  seeds: readonly { place: string; weight: number }[]
  ranked: readonly number[]
  custodians: readonly Custodians[]
}>

function parseVector(text: string): Vector {
  return JSON.parse(text) as Vector
}

describe('the rank of seeds', () => {
  it('is the one of the vector, which other software made', () => {
    const seeds = vector.seeds.map(({ place, weight }, i) =>
      makeSeed(i, { place: bytesOf(place), weight }),
    )
    const ranked = rankSeeds(parseShareId(vector.shareId), seeds)
    expect(ranked.map((seed) => seeds.indexOf(seed))).toEqual(vector.ranked)
  })

  it(`does not depend on the order of the directory, seed ${SEED}`, () => {
    fc.assert(
      fc.property(shareArbitrary, seedsArbitrary, (share, seeds) => {
        expect(rankSeeds(share, seeds.toReversed())).toEqual(rankSeeds(share, seeds))
      }),
      { seed: SEED },
    )
  })

  it(`is not moved between the others by a seed that comes or goes, seed ${SEED}`, () => {
    fc.assert(
      fc.property(shareArbitrary, seedsArbitrary, fc.nat(11), (share, seeds, at) => {
        const left = seeds.toSpliced(at, 1)
        const ranked = rankSeeds(share, seeds).filter((seed) => left.includes(seed))
        expect(ranked).toEqual(rankSeeds(share, left))
      }),
      { seed: SEED },
    )
  })

  it('settles a tie by the key', () => {
    const { place } = makeSeed(0)
    const seeds = [1, 2, 3, 4].map((i) => makeSeed(i, { place }))
    expect(idsOf(rankSeeds(makeShareId(1), seeds))).toEqual(idsOf(seeds).toSorted())
  })

  it('puts seeds first in proportion to their weight', () => {
    const seeds = [1, 2, 3, 4].map((weight) => makeSeed(weight, { weight }))
    const firsts = Array.from({ length: 10_000 }, (_, i) => rankSeeds(makeShareId(i), seeds)[0])
    for (const [i, seed] of seeds.entries()) {
      const share = firsts.filter((first) => first === seed).length / firsts.length
      // 0.02 is more than four standard deviations.
      expect(Math.abs(share - (i + 1) / 10)).toBeLessThan(0.02)
    }
  })
})

describe('the custodians of a share', () => {
  it.each(vector.custodians)('are those of the vector: $name', ({ seeds, shares, ...policy }) => {
    const made = seeds.map(({ place, ...fields }, i) =>
      makeSeed(i, { ...fields, place: bytesOf(place) }),
    )
    for (const { shareId, walk, custodians } of shares) {
      const id = parseShareId(shareId)
      expect(walkOnce(id, policy, made).map((seed) => made.indexOf(seed))).toEqual(walk)
      expect(custodiansOf(id, policy, made).map((seed) => made.indexOf(seed))).toEqual(custodians)
    }
  })

  it(`never break the policy, whatever the network, seed ${SEED}`, () => {
    fc.assert(
      fc.property(shareArbitrary, policyArbitrary, seedsArbitrary, (share, policy, seeds) => {
        const custodians = custodiansOf(share, policy, seeds)
        expect(custodians.length).toBeLessThanOrEqual(policy.replicas)
        expect(distinct(custodians.map(({ operator }) => operator))).toBe(custodians.length)
        for (const { state, jurisdiction } of custodians) {
          expect(['open', 'full']).toContain(state)
          expect(policy.denied).not.toContain(jurisdiction)
        }
        // All places are taken only if the policy is met, and a page can reach one of them.
        const isComplete = custodians.length === policy.replicas
        const urls = custodians.flatMap((seed) => seed.urls)
        expect(meetsPolicy(policy, custodians)).toBe(isComplete)
        expect(!isComplete || urls.some((url) => /^https:|::1/.test(url))).toBe(true)
      }),
      { seed: SEED, numRuns: 1000 },
    )
  })

  it(`meet the policy whenever it can be met and each operator has one seed, seed ${SEED}`, () => {
    fc.assert(
      fc.property(shareArbitrary, policyArbitrary, seedsArbitrary, (share, policy, seeds) => {
        const urls = ['https://a.example']
        const single = seeds.map((seed, i) => ({ ...seed, operator: `operator ${i}`, urls }))
        const usable = single.filter(({ state }) => state === 'open' || state === 'full')
        const custodians = custodiansOf(share, policy, single)
        expect(meetsPolicy(policy, custodians)).toBe(meetsPolicy(policy, usable))
      }),
      { seed: SEED, numRuns: 1000 },
    )
  })

  it(`change only by what a new seed takes, without a rule in the way, seed ${SEED}`, () => {
    fc.assert(
      fc.property(shareArbitrary, fc.integer({ min: 2, max: 12 }), (share, count) => {
        const policy = { replicas: 2, jurisdictions: 1, denied: [] }
        const seeds = Array.from({ length: count }, (_, i) => makeSeed(i))
        const before = idsOf(custodiansOf(share, policy, seeds.slice(1)))
        const after = idsOf(custodiansOf(share, policy, seeds))
        const moved = after.filter((id) => !before.includes(id))
        expect([[], [seeds[0]?.id]]).toContainEqual(moved)
      }),
      { seed: SEED },
    )
  })

  it('are the first seeds in rank that fit', () => {
    const seeds = Array.from({ length: 8 }, (_, i) =>
      makeSeed(i, { jurisdiction: countries[i % 4] ?? '' }),
    )
    const share = makeShareId(5)
    const ranked = rankSeeds(share, seeds)
    const [first] = ranked
    const second = ranked.find(({ jurisdiction }) => jurisdiction !== first?.jurisdiction)
    expect(custodiansOf(share, two, seeds)).toEqual([first, second])
  })

  it('leave out seeds that are draining or gone, and keep full ones', () => {
    const seeds = [
      makeSeed(1, { state: 'full' }),
      makeSeed(2, { state: 'draining', jurisdiction: 'DE' }),
      makeSeed(3, { state: 'gone', jurisdiction: 'DE' }),
      makeSeed(4, { state: 'open', jurisdiction: 'DE' }),
    ]
    const custodians = custodiansOf(makeShareId(1), two, seeds)
    expect(idsOf(custodians).toSorted()).toEqual(
      idsOf([seeds[0], seeds[3]].filter((seed) => seed !== undefined)).toSorted(),
    )
  })

  it('leave out denied jurisdictions, and fall short rather than use one', () => {
    const seeds = [
      makeSeed(1),
      makeSeed(2, { jurisdiction: 'DE' }),
      makeSeed(3, { jurisdiction: 'US' }),
    ]
    const without = { ...two, denied: ['US'] }
    for (let i = 0; i < 20; i += 1) {
      const custodians = custodiansOf(makeShareId(i), without, seeds)
      expect(custodians.map(({ jurisdiction }) => jurisdiction).toSorted()).toEqual(['DE', 'NZ'])
      expect(custodiansOf(makeShareId(i), { ...two, denied: ['DE', 'US'] }, seeds)).toHaveLength(1)
    }
  })

  it('E03: are never two seeds of one operator', () => {
    const operator = 'the same'
    const seeds = [makeSeed(1, { operator }), makeSeed(2, { operator, jurisdiction: 'DE' })]
    expect(custodiansOf(makeShareId(1), two, seeds)).toHaveLength(1)
  })

  it('keep the last places for the jurisdictions still missing', () => {
    const seeds = [1, 2, 3, 4].map((i) => makeSeed(i)).concat(makeSeed(5, { jurisdiction: 'IS' }))
    for (let i = 0; i < 50; i += 1) {
      const custodians = custodiansOf(makeShareId(i), { ...two, replicas: 3 }, seeds)
      expect(custodians).toHaveLength(3)
      expect(custodians.map(({ jurisdiction }) => jurisdiction)).toContain('IS')
    }
  })

  it('keep the last place for a seed that pages reach', () => {
    const urls = ['http://seed.example']
    const hidden = [1, 2, 3].map((i) => makeSeed(i, { urls }))
    const policy = { ...two, jurisdictions: 1 }
    for (const url of ['https://seed.example', 'http://localhost:8081', 'http://127.0.0.1:8081']) {
      for (let i = 0; i < 20; i += 1) {
        const open = makeSeed(4, { urls: [...urls, url] })
        expect(idsOf(custodiansOf(makeShareId(i), policy, [...hidden, open]))).toContain(open.id)
      }
    }
    expect(custodiansOf(makeShareId(1), policy, hidden)).toHaveLength(1)
    expect(custodiansOf(makeShareId(1), { ...policy, replicas: 1 }, hidden)).toHaveLength(0)
  })

  it('go on to the next that fits where one is skipped, and leave the others in place', () => {
    const seeds = [1, 2, 3, 4, 5, 6].map((i) =>
      makeSeed(i, { jurisdiction: countries[i % 2] ?? '' }),
    )
    const [first, second] = custodiansOf(makeShareId(3), two, seeds)
    const skip = new Set([first, second].slice(0, 1).flatMap((seed) => seed?.id ?? []))
    const [one, other] = custodiansOf(makeShareId(3), two, seeds, skip)
    expect([one, other]).not.toContain(first)
    expect(
      meetsPolicy(
        two,
        [one, other].filter((seed) => seed !== undefined),
      ),
    ).toBe(true)
  })
})

describe('a policy', () => {
  const nz = makeSeed(1)
  const de = makeSeed(2, { jurisdiction: 'DE' })

  it('is met by as many operators and jurisdictions as it wants', () => {
    expect(meetsPolicy(two, [nz, de])).toBe(true)
    expect(meetsPolicy(two, [nz])).toBe(false)
    expect(meetsPolicy(two, [nz, makeSeed(3)])).toBe(false)
    expect(meetsPolicy(two, [nz, { ...de, operator: nz.operator }])).toBe(false)
    expect(meetsPolicy({ replicas: 1, jurisdictions: 1, denied: [] }, [nz])).toBe(true)
  })

  it('does not count denied jurisdictions', () => {
    expect(meetsPolicy({ ...two, denied: ['DE'] }, [nz, de])).toBe(false)
  })
})
