import { ok } from 'node:assert/strict'
import type { CaseContext } from '../case-runner.ts'
import { percent, runNumbers } from '../simulation/swarm/figures.ts'
import { runLive } from '../simulation/swarm/live.ts'

export const title =
  '200 come while a sender uploads 64 MiB at 5 Mbit/s: at most 1.1 of its own time, a chunk leaves it at most 1.3 times'

const PEERS = 200
const UP_PER_MS = 5 * 125

export async function run({ note }: CaseContext): Promise<string> {
  return runNumbers(note, (number) => {
    const live = runLive({ number, peerCount: PEERS, upPerMs: UP_PER_MS })
    const figures = [
      `${live.slowestRatio.toFixed(3)} of F/u`,
      `a chunk left ${live.leftTimes.toFixed(2)} times`,
      `stored after ${((live.storedMs ?? Infinity) / live.uploadMs).toFixed(2)} of F/u`,
      `${percent(live.peerShare)} from peers`,
      `${percent(live.duplicateShare)} twice`,
    ].join(', ')
    ok(live.finishedCount === PEERS, `${live.finishedCount} finished`)
    ok(live.slowestRatio <= 1.1 && live.leftTimes <= 1.3, figures)
    return figures
  })
}
