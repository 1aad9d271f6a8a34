import { describe, expect, it } from 'vitest'
import { FreshTime } from '../../../protocol/custody/fresh-time.ts'
import { Neighbours } from '../../../protocol/custody/neighbours.ts'
import { DIRECTORY_FRESH_MS, DIRECTORY_LIFE_MS } from '../../../protocol/limits.ts'
import type { Directory } from '../../../protocol/record/directory.ts'
import { NOW_MS } from '../owner.ts'
import { makeSeed, makeShareId } from '../placement-network.ts'

const seeds = [0, 1, 2, 3].map((i) => makeSeed(i, { jurisdiction: i % 2 === 0 ? 'NZ' : 'DE' }))
const policy = { replicas: 2, jurisdictions: 2, denied: [] }
const [self = makeSeed(0), second = makeSeed(1)] = seeds

function directory(version: number, changes: Partial<Directory> = {}): Directory {
  return { version, issuedAtMs: NOW_MS, endsAtMs: NOW_MS + DIRECTORY_LIFE_MS, seeds, ...changes }
}

describe('the neighbours of a seed', () => {
  it('change only where placement may', () => {
    const neighbours = new Neighbours(self.id)
    expect(neighbours.update(directory(1))).toBe(true)
    expect(neighbours.update(directory(2, { issuedAtMs: NOW_MS + 1 }))).toBe(false)
    const draining = { ...second, state: 'draining' as const }
    const drained = seeds.map((seed) => (seed === second ? draining : seed))
    expect(neighbours.update(directory(3, { seeds: drained }))).toBe(true)
    expect(neighbours.generation).toBe(2)
  })

  it('are those of the newest directory: its version never falls', () => {
    const neighbours = new Neighbours(self.id)
    neighbours.update(directory(5))
    expect(neighbours.update(directory(4, { seeds: [] }))).toBe(false)
    expect(neighbours.others.size).toBe(3)
  })

  it('can be asked only where they have an address', () => {
    const neighbours = new Neighbours(self.id)
    const hidden = seeds.map((seed) => (seed === second ? { ...seed, urls: [] } : seed))
    neighbours.update(directory(1, { seeds: hidden }))
    expect(neighbours.others.has(second.id)).toBe(false)
  })

  it('rank without those that are gone, and keep what placement says', () => {
    const neighbours = new Neighbours(self.id)
    const gone = { ...second, state: 'gone' as const }
    const left = seeds.map((seed) => (seed === second ? gone : seed))
    neighbours.update(directory(1, { seeds: left }))
    const { ranked, custodians } = neighbours.ranksOf(makeShareId(1), policy)
    expect(ranked.length).toBe(3)
    expect(custodians.length).toBe(2)
    expect([...ranked, ...custodians.map(({ id }) => id)]).not.toContain(second.id)
  })

  it('are current until the end of the directory, and fresh for a day in either direction', () => {
    const neighbours = new Neighbours(self.id)
    expect(neighbours.isCurrent(NOW_MS)).toBe(false)
    neighbours.update(directory(1))
    expect(neighbours.isCurrent(NOW_MS + DIRECTORY_LIFE_MS - 1)).toBe(true)
    expect(neighbours.isCurrent(NOW_MS + DIRECTORY_LIFE_MS)).toBe(false)
    expect(neighbours.isFresh(NOW_MS + DIRECTORY_FRESH_MS - 1)).toBe(true)
    expect(neighbours.isFresh(NOW_MS + DIRECTORY_FRESH_MS)).toBe(false)
    expect(neighbours.isFresh(NOW_MS - DIRECTORY_FRESH_MS)).toBe(false)
  })
})

describe('how long directories have been fresh', () => {
  it('counts from the first one, over any number of later ones', () => {
    const fresh = new FreshTime()
    fresh.see(true, 1000)
    fresh.see(true, 1000 + DIRECTORY_FRESH_MS - 1)
    expect(fresh.sinceMs).toBe(1000)
  })

  it.each([
    ['a stale one', [true, 2000, false, 3000, true, 4000]],
    ['a day in which nobody looked', [true, 2000, true, 3000, true, 3000 + DIRECTORY_FRESH_MS]],
    ['a clock set back', [true, 2000, true, 9_000_000, true, 4000]],
  ] as const)('starts anew after %s', (_, [x, xMs, y, yMs, z, zMs]) => {
    const fresh = new FreshTime()
    fresh.see(x, xMs)
    fresh.see(y, yMs)
    fresh.see(z, zMs)
    expect(fresh.sinceMs).toBe(zMs)
  })

  it('goes on after a short pause of the process', () => {
    const fresh = new FreshTime()
    fresh.restore(1000, 5000)
    fresh.see(true, 6000)
    expect(fresh.sinceMs).toBe(1000)
  })
})
