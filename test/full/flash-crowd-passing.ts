import { ok } from 'node:assert/strict'
import type { CaseContext } from '../case-runner.ts'
import { runCrowd, seedShare } from '../simulation/swarm/crowd.ts'
import { figuresOf, runNumbers } from '../simulation/swarm/figures.ts'

export const title = 'F24: of 1,000 who are there 900 live 30 s: the 100 who stay have all of it'

const STAYING = 100
const PASSING = 900

export async function run({ note }: CaseContext): Promise<string> {
  return runNumbers(note, (number) => {
    const crowd = runCrowd({
      number,
      peerCount: STAYING,
      passingCount: PASSING,
      ...seedShare(STAYING + PASSING),
    })
    const figures = `in ${(crowd.wholeMs / 1000).toFixed(0)} s, ${figuresOf(crowd)}`
    ok(crowd.finishedCount === STAYING, `${crowd.finishedCount} finished`)
    return figures
  })
}
