import { expect, it } from 'vitest'
import { runCrowd, seedShare } from './swarm/crowd.ts'

/** A quarter of the share and of the time to join; test/full has the whole crowd. */
const SMALL = { chunkCount: 64, joinMs: 2500 }

it('300 come at once: all have it in about twice the bound, from each other, seed 1', () => {
  const crowd = runCrowd({ number: 1, peerCount: 300, ...SMALL, ...seedShare(300) })
  expect(crowd.finishedCount).toBe(300)
  // Two seconds of it are meeting: of a share so small that is a quarter.
  expect(crowd.slowestMs).toBeLessThan(2 * crowd.boundMs)
  expect(crowd.peerShare).toBeGreaterThan(0.95)
  expect(crowd.duplicateShare).toBeLessThan(0.03)
})

it.each([1, 2])('the same number gives the same story, seed %i', (number) => {
  const story = (): unknown => {
    const { world, ...report } = runCrowd({ number, peerCount: 20, ...SMALL, ...seedShare(300) })
    return [report, world.traffic.toString()]
  }
  expect(story()).toEqual(story())
})
