import { ok } from 'node:assert/strict'
import type { CaseContext } from '../case-runner.ts'
import { runCrowd } from '../simulation/swarm/crowd.ts'

export const title =
  '10,000 peers come within 10 s for 64 MiB: at most 1.25 of the bound, peers carry 90 %, at most 2 % twice'

const PEERS = 10_000
const NUMBERS = [1, 2, 3, 4, 5]

export async function run({ note }: CaseContext): Promise<string> {
  const lines: string[] = []
  for (const number of NUMBERS) {
    note(`number ${number}`)
    const { world: _, ...crowd } = runCrowd({ number, peerCount: PEERS })
    const ratio = crowd.slowestMs / crowd.boundMs
    const line = `${ratio.toFixed(2)} of the bound, ${(crowd.wholeMs / crowd.boundMs).toFixed(2)} from the first join on, ${(100 * crowd.peerShare).toFixed(1)} % from peers, ${(100 * crowd.duplicateShare).toFixed(2)} % twice`
    note(line)
    ok(crowd.finishedCount === PEERS, `${crowd.finishedCount} finished`)
    ok(ratio <= 1.25 && crowd.peerShare >= 0.9 && crowd.duplicateShare <= 0.02, line)
    lines.push(line)
  }
  return lines.join('; ')
}
