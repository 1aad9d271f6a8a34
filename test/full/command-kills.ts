import type { CaseContext } from '../case-runner.ts'
import { TestNetwork } from '../e2e/network.ts'
import { killGet, killSend, type CommandKillFigures } from '../scenario/command-kills.ts'
import { writeRandomFile } from '../scenario/files.ts'

export const title =
  'F22: send and get, killed at 10 random moments each, send again at most what was on its way'

const MB = 1e6

export async function run({ dir, note }: CaseContext): Promise<string> {
  await using network = await TestNetwork.startWith({ args: ['--no-restart'], parent: dir })
  const plan = { folder: 'in', bytes: 512 * 1024 ** 2, kills: 10, seed: 2 }
  await writeRandomFile(network.path('in', 'file.bin'), plan.bytes)
  note('killing send')
  const sent = await killSend(network, plan)
  note('killing get')
  const got = await killGet(network, { ...plan, link: sent.link })
  return `a kill costs ${figures('send', sent)}, ${figures('get', got)}`
}

function figures(command: string, { kills, again, inFlight }: CommandKillFigures): string {
  const each = [again, inFlight].map((bytes) => (bytes / kills / MB).toFixed(1))
  return `${command} ${each[0]} MB (bound ${each[1]} MB, ${kills} kills)`
}
