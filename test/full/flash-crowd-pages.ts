import { ok } from 'node:assert/strict'
import type { CaseContext } from '../case-runner.ts'
import { runCrowd, seedShare } from '../simulation/swarm/crowd.ts'
import { figuresOf, runNumbers } from '../simulation/swarm/figures.ts'

export const title =
  '1,000 pages, which save in the order of the stream and keep what is far: each in 1.25 of the bound, peers carry 90 %, at most 2 % twice'

const PEERS = 1000

export async function run({ note }: CaseContext): Promise<string> {
  return runNumbers(note, (number) => {
    const crowd = runCrowd({ number, peerCount: PEERS, arePages: true, ...seedShare(PEERS) })
    const figures = figuresOf(crowd)
    ok(crowd.finishedCount === PEERS, `${crowd.finishedCount} finished`)
    ok(crowd.slowestMs <= 1.25 * crowd.boundMs, figures)
    ok(crowd.peerShare >= 0.9 && crowd.duplicateShare <= 0.02, figures)
    return figures
  })
}
