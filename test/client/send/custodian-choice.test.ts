import { describe, expect, it } from 'vitest'
import { chooseCustodians } from '../../../client/engine/send/custodian-choice.ts'
import type { SeedId } from '../../../protocol/seed-id.ts'
import { makeSeed, makeShareId } from '../../protocol/placement-network.ts'

const share = { shareId: makeShareId(1), policy: { replicas: 2, jurisdictions: 2, denied: [] } }
const seeds = ['NZ', 'DE', 'IS'].map((jurisdiction, i) => makeSeed(i, { jurisdiction }))
const none = new Set<SeedId>()
const [first, second, third] = chooseCustodians(
  { ...share, policy: { replicas: 3, jurisdictions: 3, denied: [] } },
  seeds,
  { refusing: none, silent: none },
)

function choose(refusing: readonly unknown[], silent: readonly unknown[], of = seeds): unknown[] {
  const idsOf = (list: readonly unknown[]): Set<SeedId> =>
    new Set(of.filter((seed) => list.includes(seed)).map(({ id }) => id))
  return chooseCustodians(share, of, { refusing: idsOf(refusing), silent: idsOf(silent) })
}

describe('whom a sender sends to', () => {
  it('is the custodians', () => {
    expect(choose([], [])).toEqual([first, second])
  })

  it('is the next that fits where one refuses or is silent', () => {
    expect(choose([second], [])).toEqual([first, third])
    expect(choose([], [first])).toEqual([second, third])
  })

  it('is one that is silent, waited for, where no other fits', () => {
    expect(choose([third], [second])).toEqual([first, second])
  })

  it('is one that refused, asked again, where nobody else is left', () => {
    const two = seeds.filter((seed) => seed !== third)
    expect(choose([first, second], [], two)).toEqual([first, second])
  })
})
