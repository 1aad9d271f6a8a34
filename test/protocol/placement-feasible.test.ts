import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { canComplete } from '../../protocol/placement-feasible.ts'
import { custodiansOf, meetsPolicy, type Policy } from '../../protocol/placement.ts'
import type { Seed } from '../../protocol/record/directory.ts'
import { firstByTrial, isCustody, setsOf, walkOnce } from './placement-by-trial.ts'
import { makeSeed, makeShareId } from './placement-network.ts'

const SEED = 51_966
const RUNS = { seed: SEED, numRuns: 3000 }
const NOTHING_DENIED: readonly string[] = []
const countries = ['NZ', 'DE', 'IS', 'CH', 'US']
const two: Policy = { replicas: 2, jurisdictions: 2, denied: NOTHING_DENIED }
const hidden = ['http://seed.example']

/** Tight networks: few operators, in few places, few of them on HTTPS, so that the walk often gets stuck. */
const seedsArbitrary = fc
  .array(
    fc.record({
      jurisdiction: fc.constantFrom(...countries),
      operator: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      weight: fc.integer({ min: 1, max: 5 }),
      state: fc.constantFrom('open', 'open', 'open', 'full', 'draining', 'gone'),
      urls: fc.constantFrom([], hidden, hidden, ['https://a.example'], ['http://[::1]:1']),
    }),
    { maxLength: 10 },
  )
  .map((list) => list.map((changes, i) => makeSeed(i, changes)))

const policyArbitrary = fc
  .record({
    replicas: fc.integer({ min: 1, max: 5 }),
    spread: fc.integer({ min: 1, max: 5 }),
    denied: fc.constantFrom(NOTHING_DENIED, NOTHING_DENIED, ['NZ'], ['DE', 'US']),
  })
  .map(({ replicas, spread, denied }) => {
    return { replicas, jurisdictions: Math.min(replicas, spread), denied }
  })

const shareArbitrary = fc.nat(1e6).map((i) => makeShareId(i))
const networkArbitrary = fc.tuple(shareArbitrary, policyArbitrary, seedsArbitrary)

/** Of the first 2,000 shares, how many of 100 a placement leaves below the policy, to a whole number. */
function shortPercent(seeds: readonly Seed[], place: typeof walkOnce): number {
  const shares = Array.from({ length: 2000 }, (_, i) => makeShareId(i))
  const short = shares.filter((share) => !meetsPolicy(two, place(share, two, seeds)))
  return Math.round((short.length / shares.length) * 100)
}

describe('the custodians', () => {
  it(`are those of one plain walk wherever that meets the policy, seed ${SEED}`, () => {
    fc.assert(
      fc.property(networkArbitrary, ([share, policy, seeds]) => {
        const plain = walkOnce(share, policy, seeds)
        fc.pre(plain.length === policy.replicas)
        expect(custodiansOf(share, policy, seeds)).toEqual(plain)
      }),
      { ...RUNS, maxSkipsPerRun: 1000 },
    )
  })

  it(`are the first set in rank that meets the policy, whenever one does, seed ${SEED}`, () => {
    fc.assert(
      fc.property(networkArbitrary, ([share, policy, seeds]) => {
        const wanted = firstByTrial(share, policy, seeds) ?? walkOnce(share, policy, seeds)
        expect(custodiansOf(share, policy, seeds)).toEqual(wanted)
      }),
      RUNS,
    )
  })

  it(`do not change by a seed that is none of them, seed ${SEED}`, () => {
    fc.assert(
      fc.property(networkArbitrary, ([share, policy, seeds]) => {
        const custodians = custodiansOf(share, policy, seeds)
        for (const seed of seeds.filter((one) => !custodians.includes(one))) {
          const left = seeds.filter((one) => one !== seed)
          expect(custodiansOf(share, policy, left)).toEqual(custodians)
        }
      }),
      { ...RUNS, numRuns: 1000 },
    )
  })

  it(`are found without one that is skipped as if it were not there, seed ${SEED}`, () => {
    fc.assert(
      fc.property(networkArbitrary, ([share, policy, seeds]) => {
        const [skipped] = custodiansOf(share, policy, seeds)
        fc.pre(skipped !== undefined)
        const left = seeds.filter((seed) => seed !== skipped)
        const custodians = custodiansOf(share, policy, seeds, new Set([skipped.id]))
        expect(custodians).toEqual(custodiansOf(share, policy, left))
      }),
      { ...RUNS, maxSkipsPerRun: 1000 },
    )
  })

  it('leave a jurisdiction to the operator who has no other', () => {
    const seeds = [
      makeSeed(1, { operator: 'a' }),
      makeSeed(2, { operator: 'a', jurisdiction: 'DE' }),
      makeSeed(3, { operator: 'b' }),
    ]
    expect(shortPercent(seeds, walkOnce)).toBe(33)
    expect(shortPercent(seeds, custodiansOf)).toBe(0)
  })

  it('leave a jurisdiction to the only seed that pages reach', () => {
    const seeds = [
      makeSeed(1),
      makeSeed(2, { urls: hidden }),
      makeSeed(3, { urls: hidden, jurisdiction: 'DE' }),
    ]
    expect(shortPercent(seeds, walkOnce)).toBeGreaterThan(30)
    expect(shortPercent(seeds, custodiansOf)).toBe(0)
  })
})

describe('a set of custodians', () => {
  it(`can be completed exactly if some choice of others completes it, seed ${SEED}`, () => {
    fc.assert(
      fc.property(networkArbitrary, fc.nat(3), ([, policy, seeds], count) => {
        const usable = seeds.filter(({ state }) => state === 'open' || state === 'full')
        const [taken, others] = [usable.slice(0, count), usable.slice(count)]
        const sets = setsOf(others, policy.replicas - taken.length).map((set) => taken.concat(set))
        const isPossible = sets.some((set) => isCustody({ ...policy, denied: NOTHING_DENIED }, set))
        expect(canComplete(policy, taken, others)).toBe(isPossible)
      }),
      { ...RUNS, numRuns: 1000 },
    )
  })

  it('is looked for among a thousand seeds without trying all sets of them', () => {
    // The walk takes operators that later are needed elsewhere, and nobody whom pages reach.
    const many = Array.from({ length: 1000 }, (_, i) =>
      makeSeed(i, { urls: hidden, operator: `operator ${i % 8}`, weight: 100 }),
    )
    const last = ['DE', 'IS', 'CH', 'US'].map((jurisdiction, i) => {
      const urls = i === 0 ? ['https://a.example'] : hidden
      return makeSeed(1000 + i, { jurisdiction, urls, operator: `operator ${i}` })
    })
    const policy = { replicas: 8, jurisdictions: 5, denied: NOTHING_DENIED }
    const seeds = many.concat(last)
    expect(walkOnce(makeShareId(1), policy, seeds).length).toBeLessThan(8)
    expect(isCustody(policy, custodiansOf(makeShareId(1), policy, seeds))).toBe(true)
    expect(canComplete({ ...policy, jurisdictions: 6 }, [], seeds)).toBe(false)
  })
})
