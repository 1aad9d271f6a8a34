import type { CaseContext } from '../case-runner.ts'
import { TestNetwork } from '../e2e/network.ts'
import { deleteWhileSeedIsDown, expireAndExtend } from '../scenario/endings.ts'
import { writeRandomFile } from '../scenario/files.ts'

export const title =
  'P9, P10: deleted while a seed is down stays deleted; expired is gone within 60 s; extended stays'

export async function run({ dir }: CaseContext): Promise<string> {
  await using network = await TestNetwork.startWith({ args: ['--no-restart'], parent: dir })
  await writeRandomFile(network.path('in', 'file.bin'), 128 * 1024 ** 2)
  const ends = await deleteWhileSeedIsDown(network, 'in')
  const lateMs = await expireAndExtend(network, 'in', 120_000)
  return `each seed in the end: ${ends.join(', ')}; ${(lateMs / 1000).toFixed(1)} s from expiry to the last refusal`
}
