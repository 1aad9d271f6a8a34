import { ok } from 'node:assert/strict'
import type { CaseContext } from '../case-runner.ts'
import { runCrowd, seedShare } from '../simulation/swarm/crowd.ts'
import { figuresOf, runNumbers } from '../simulation/swarm/figures.ts'

export const title = 'F19: of 1,250 who come, 250 are hostile: at most 1.1 of the time without them'

const PEERS = 1000
const HOSTILE = 250

export async function run({ note }: CaseContext): Promise<string> {
  return runNumbers(note, (number) => {
    const options = { number, peerCount: PEERS, ...seedShare(PEERS) }
    const peaceful = runCrowd(options)
    const troubled = runCrowd({ ...options, hostileCount: HOSTILE })
    const ratio = troubled.slowestMs / peaceful.slowestMs
    const figures = `${ratio.toFixed(2)} of the time without them, ${figuresOf(troubled)}`
    ok(troubled.finishedCount === PEERS, `${troubled.finishedCount} finished`)
    ok(ratio <= 1.1, figures)
    return figures
  })
}
