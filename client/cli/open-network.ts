import type { Network } from '../engine/network.ts'
import { openNetwork } from '../engine/network.ts'
import { FileNetworks } from '../node/network-store.ts'
import { openStateDir } from '../node/state-dir.ts'
import { chooseNetwork } from './choose-network.ts'

/** A network, and how to ask for its directory again. */
export type OpenedNetwork = Readonly<{ network: Network; refresh: () => Promise<Network> }>

/**
 * Opens the network that a command is for: `--network`, else the host of the link, else SKERRY_NETWORK.
 *
 * @throws {TransferError} USAGE, NETWORK_MISMATCH, NETWORK_UNREACHABLE
 */
export async function openChosenNetwork(
  flag: string | undefined,
  origin?: string,
): Promise<OpenedNetwork> {
  const { url, pinned } = chooseNetwork(flag, origin)
  const store = new FileNetworks(await openStateDir('networks'))
  const refresh = (): Promise<Network> => openNetwork(store, url, pinned)
  return { network: await refresh(), refresh }
}
