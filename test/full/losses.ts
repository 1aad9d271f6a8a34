import type { CaseContext } from '../case-runner.ts'
import { TestNetwork } from '../e2e/network.ts'
import { writeRandomFile } from '../scenario/files.ts'
import {
  emptySeed,
  getWithoutSignalAndOneSeed,
  healAfterLoss,
  killEverything,
  sendWhileSignalDies,
} from '../scenario/losses.ts'
import { get, send } from '../scenario/round-trip.ts'

export const title =
  'F08, F13: a stored share of 1 GiB outlives an emptied seed, the loss of all extents, of signal and either seed, and kill -9 of all'

export async function run({ dir, note }: CaseContext): Promise<string> {
  await using network = await TestNetwork.startWith({ args: ['--no-restart'], parent: dir })
  await writeRandomFile(network.path('in', 'file.bin'), 1024 ** 3)
  const { link } = await send(network, 'in')
  const share = { folder: 'in', link }
  await get(network, link, 'in', { home: 'reader' })
  note('emptying a seed')
  const words = await emptySeed(network, share, network.seed(0))
  note('removing every extent')
  await healAfterLoss(network, share)
  note('killing the signal server, and either seed')
  await writeRandomFile(network.path('late', 'file.bin'), 256 * 1024 ** 2)
  const late = { folder: 'late', link: await sendWhileSignalDies(network, 'late') }
  for (const stored of [share, late]) await getWithoutSignalAndOneSeed(network, stored)
  note('killing everything')
  await killEverything(network, share)
  return `status of the emptied seed: ${words.join(', ')}; healed; got from either seed alone, and after kill -9 of everything`
}
