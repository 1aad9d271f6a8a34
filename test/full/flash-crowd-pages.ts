import { ok } from 'node:assert/strict'
import type { CaseContext } from '../case-runner.ts'
import { runCrowd, seedShare } from '../simulation/swarm/crowd.ts'
import { figuresOf, runNumbers } from '../simulation/swarm/figures.ts'

export const title =
  '1,000 pages, which save in the order of the stream and ask for half of the share ahead: each in 1.6 of the bound, peers carry 90 %, at most 5 % twice'

const PEERS = 1000

export async function run({ note }: CaseContext): Promise<string> {
  return runNumbers(note, (number) => {
    const crowd = runCrowd({ number, peerCount: PEERS, arePages: true, ...seedShare(PEERS) })
    const figures = figuresOf(crowd)
    ok(crowd.finishedCount === PEERS, `${crowd.finishedCount} finished`)
    ok(crowd.slowestMs <= 1.6 * crowd.boundMs, figures)
    ok(crowd.peerShare >= 0.9 && crowd.duplicateShare <= 0.05, figures)
    return figures
  })
}
