import { describe, expect, it } from 'vitest'
import { countHeld, scaledBytes } from '../../../client/engine/send/frontier.ts'
import { HeldMap } from '../../../client/engine/send/held-map.ts'
import { meetsPolicy } from '../../../protocol/placement.ts'
import { makeSeed } from '../../protocol/placement-network.ts'
import { createRandom } from '../../random.ts'

const policy = { replicas: 2, jurisdictions: 2, denied: [] }

function mapOf(chunkCount: number, chunks: readonly number[]): HeldMap {
  const held = new HeldMap(chunkCount)
  for (const chunk of chunks) held.addRun(chunk, 1)
  return held
}

function indexes(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i)
}

describe('how far a share is safe', () => {
  it('counts a chunk once it is anywhere, and again once the policy has it', () => {
    const nz = { seed: makeSeed(0), held: mapOf(20, [0, 1, 2, 9]) }
    const de = { seed: makeSeed(1, { jurisdiction: 'DE' }), held: mapOf(20, [2, 9, 19]) }
    expect(countHeld(policy, [nz, de], 20)).toEqual({ once: 5, policy: 2 })
  })

  it('takes two seeds of one country for one', () => {
    const seeds = [makeSeed(0), makeSeed(1)].map((seed) => ({ seed, held: mapOf(20, [0, 1]) }))
    expect(countHeld(policy, seeds, 20)).toEqual({ once: 2, policy: 0 })
  })

  it('knows nothing without seeds', () => {
    expect(countHeld(policy, [], 20)).toEqual({ once: 0, policy: 0 })
  })

  it.each([1, 2, 3, 4])('agrees with counting chunk by chunk, seed %i', (seed) => {
    const random = createRandom(seed)
    const chunkCount = 1 + Math.floor(random() * 300)
    const holdings = ['NZ', 'DE', 'IS', 'NZ'].map((jurisdiction, i) => ({
      seed: makeSeed(i, { jurisdiction }),
      held: mapOf(
        chunkCount,
        indexes(chunkCount).filter(() => random() < 0.7),
      ),
    }))
    const holdersOf = (chunk: number): (typeof holdings)[number]['seed'][] =>
      holdings
        .filter(({ held }) => (held.byteAt(chunk >> 3) & (0x80 >> (chunk & 7))) !== 0)
        .map((holding) => holding.seed)
    const all = indexes(chunkCount).map(holdersOf)
    expect(countHeld(policy, holdings, chunkCount)).toEqual({
      once: all.filter(({ length }) => length > 0).length,
      policy: all.filter((seeds) => meetsPolicy(policy, seeds)).length,
    })
  })

  it('is whole only with the last chunk, though most of it is padding', () => {
    expect(scaledBytes(0, 1, 5)).toBe(0)
    expect(scaledBytes(1, 1, 5)).toBe(5)
    expect(scaledBytes(9, 10, 1000)).toBe(900)
    expect(scaledBytes(10, 10, 1000)).toBe(1000)
  })
})
