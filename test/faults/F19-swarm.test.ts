import { describe, expect, it } from 'vitest'
import { closed, corrupt, dripping, lying, silent, teasing } from '../simulation/swarm/conduct.ts'
import { runCrowd, seedShare, type CrowdReport } from '../simulation/swarm/crowd.ts'

const SMALL = { chunkCount: 64, joinMs: 2500 }
/** Two seeds that one reader alone keeps busy for ten seconds: what peers do to it shows. */
const ONE = { peerCount: 1, joinMs: 100, chunkCount: 256, seedUpPerMs: 3125, seedReadsMax: 8 }

function expectAll(crowd: CrowdReport, count: number): void {
  expect(crowd.finishedCount).toBe(count)
}

describe.each([1, 2])('hostile peers, seed %i', (number) => {
  it('F19: of which every fifth is one cost the others no tenth of their time', () => {
    const crowd = { number, peerCount: 80, ...SMALL, ...seedShare(1000) }
    const without = runCrowd(crowd)
    const hostile = runCrowd({ ...crowd, hostileCount: 20 })
    expectAll(hostile, 80)
    expect(hostile.slowestMs).toBeLessThan(1.1 * without.slowestMs)
  })

  it('F20, C02: that are all one meets cost no tenth of what the seeds alone take', () => {
    const alone = runCrowd({ number, ...ONE, isAlone: true })
    const conducts = [corrupt, silent, lying]
    const eclipsed = runCrowd({ number, ...ONE, hostileCount: 60, conducts })
    expectAll(eclipsed, 1)
    expect(eclipsed.slowestMs).toBeLessThan(1.1 * alone.slowestMs)
  })

  it.each([
    ['D01', corrupt, 1],
    ['D02', silent, 1.1],
    ['D02', lying, 1.1],
    ['D01', teasing, 1.1],
    ['D03', dripping, 1.2],
    ['D03', closed, 1.05],
  ])('%s: that are all %o are no match for the seeds', (_id, conduct, ratioMax) => {
    const alone = runCrowd({ number, ...ONE, isAlone: true })
    const crowd = runCrowd({ number, ...ONE, hostileCount: 60, conducts: [conduct] })
    expectAll(crowd, 1)
    expect(crowd.slowestMs).toBeLessThan(Math.max(ratioMax, 1.05) * alone.slowestMs)
  })
})
