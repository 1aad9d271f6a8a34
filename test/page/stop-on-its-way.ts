import type { RunningSeed, TestNetwork } from '../e2e/network.ts'
import type { HeldTransfers } from './hold-transfers.ts'
import type { Tab } from './tab.ts'

/**
 * Stops all seeds, and lets go what was held back: then it is on its way, and cannot end.
 *
 * @returns A seed that it is on its way to or from.
 */
export async function stopOnItsWay(
  network: TestNetwork,
  { page }: Tab,
  held: HeldTransfers,
): Promise<RunningSeed> {
  const [url = ''] = await held.untilSome()
  const begun = page.waitForRequest(url)
  network.signalSeeds('SIGSTOP')
  await held.letGo()
  await begun
  return network.seed(network.seeds.findIndex((seed) => url.startsWith(seed.url)))
}
