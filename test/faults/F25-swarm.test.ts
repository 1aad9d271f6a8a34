import { expect, it } from 'vitest'
import { runCrowd } from '../simulation/swarm/crowd.ts'

/** Two seeds of 100 Mbit/s that serve 16 at a time each, and 500 recipients within ten seconds. */
const RUSH = { peerCount: 500, chunkCount: 16, seedUpPerMs: 12_500, seedReadsMax: 16 }

it.each([1])(
  'F25: 500 come to two seeds alone: they are sent away fairly, and all finish, seed %i',
  (number) => {
    const rush = runCrowd({ number, ...RUSH, isAlone: true })
    expect(rush.finishedCount).toBe(500)
    expect(rush.world.seeds.every(({ refusedCount }) => refusedCount > 100)).toBe(true)
    // As fast as the seeds can, and nobody is passed over for long.
    expect(rush.wholeMs).toBeLessThan(1.35 * rush.boundMs)
    expect(rush.slowestMs).toBeLessThan(2.5 * rush.medianMs)
  },
)

it.each([1])('F25: where they help each other it takes a tenth of that, seed %i', (number) => {
  const rush = runCrowd({ number, ...RUSH })
  expect(rush.finishedCount).toBe(500)
  expect(rush.peerShare).toBeGreaterThan(0.8)
  expect(rush.wholeMs).toBeLessThan(15_000)
})
