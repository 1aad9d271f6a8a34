import { expect, it } from 'vitest'
import { runCrowd, seedShare } from './swarm/crowd.ts'
import { runLive } from './swarm/live.ts'

/** Half of the share and of the time to join; test/full has the whole crowd. */
const SMALL = { chunkCount: 128, joinMs: 5000, ...seedShare(500) }
const MBIT_PER_MS = 125

it.each([
  ['commands, which save in any order', false],
  ['pages, which save in the order of the stream', true],
])(
  '300 come at once, %s: each has it in 1.25 of the bound from its join on, nearly all from peers, seed 1',
  (_what, arePages) => {
    const crowd = runCrowd({ number: 1, peerCount: 300, arePages, ...seedShare(300) })
    expect(crowd.finishedCount).toBe(300)
    expect(crowd.slowestMs).toBeLessThanOrEqual(1.25 * crowd.boundMs)
    expect(crowd.wholeMs).toBeLessThanOrEqual(1.25 * crowd.wholeBoundMs)
    expect(crowd.peerShare).toBeGreaterThanOrEqual(0.9)
    expect(crowd.duplicateShare).toBeLessThanOrEqual(0.02)
  },
)

it.each([1])(
  'five come at once for more than a window holds, and swap it in 1.1 of the bound, seed %i',
  (number) => {
    const lines = { joinMs: 100, seedUpPerMs: 3125, seedReadsMax: 40 }
    const crowd = runCrowd({ number, peerCount: 5, chunkCount: 1024, ...lines })
    expect(crowd.finishedCount).toBe(5)
    expect(crowd.slowestMs).toBeLessThanOrEqual(1.1 * crowd.boundMs)
  },
)

it('while a sender uploads, 30 have it in 1.1 of its own time, and a chunk leaves it 1.3 times at most, seed 1', () => {
  const live = runLive({ number: 1, peerCount: 30, upPerMs: 10 * MBIT_PER_MS })
  expect(live.finishedCount).toBe(30)
  expect(live.slowestRatio).toBeLessThanOrEqual(1.1)
  expect(live.leftTimes).toBeLessThanOrEqual(1.3)
})

it.each([1])('the same number gives the same story, seed %i', (number) => {
  const story = (): unknown => {
    const { world, ...report } = runCrowd({ number, peerCount: 20, ...SMALL })
    return [report, world.traffic.toString()]
  }
  expect(story()).toEqual(story())
})
