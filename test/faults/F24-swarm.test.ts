import { expect, it } from 'vitest'
import { runCrowd, seedShare } from '../simulation/swarm/crowd.ts'

// They live for less than a copy takes; half of them close the page, the others fall off the line.
it.each([1, 2])(
  'F24: who stays has it in the end, though four of five come and go, seed %i',
  (number) => {
    const passing = { passingCount: 80, lifeMs: 6000 }
    const lines = { chunkCount: 64, joinMs: 2500, ...seedShare(500), untilMs: 120_000 }
    const crowd = runCrowd({ number, peerCount: 20, ...passing, ...lines })
    expect(crowd.finishedCount).toBe(20)
    expect(crowd.slowestMs).toBeLessThan(40_000)
  },
)
