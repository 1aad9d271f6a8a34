import { ok } from 'node:assert/strict'
import type { CaseContext } from '../case-runner.ts'
import { runCrowd } from '../simulation/swarm/crowd.ts'
import { figuresOf, runNumbers } from '../simulation/swarm/figures.ts'

export const title =
  '10,000 peers come within 10 s for 64 MiB: each in 1.25 of the bound from its join on, peers carry 90 %, at most 2 % twice'

const PEERS = 10_000

export async function run({ note }: CaseContext): Promise<string> {
  return runNumbers(note, (number) => {
    const crowd = runCrowd({ number, peerCount: PEERS })
    const figures = figuresOf(crowd)
    ok(crowd.finishedCount === PEERS, `${crowd.finishedCount} finished`)
    ok(crowd.slowestMs <= 1.25 * crowd.boundMs, figures)
    ok(crowd.wholeMs <= 1.25 * crowd.wholeBoundMs, figures)
    ok(crowd.peerShare >= 0.9 && crowd.duplicateShare <= 0.02, figures)
    return figures
  })
}
