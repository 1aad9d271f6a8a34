import { publicKeyOf } from '../../../protocol/crypto/ed25519.ts'
import { createPublicApp } from '../../../seed/public-app.ts'
import { defaultSeedLimits } from '../../../seed/seed-limits.ts'
import { SeedLogger } from '../../../seed/seed-log.ts'
import { createSwarmCounts } from '../../../seed/swarm/swarm-counts.ts'
import { NETWORK_SECRET } from '../sent-share.ts'
import { SEED_SECRET, type TestStore } from '../test-store.ts'

/** What the network would see of the store, with how busy it is. */
export function publicAppOf({
  parts,
  shares,
  folder: dir,
}: TestStore): ReturnType<typeof createPublicApp> {
  const options = { dir, key: SEED_SECRET, networkKey: publicKeyOf(NETWORK_SECRET) }
  const opened = { parts, shares, limits: defaultSeedLimits, [Symbol.asyncDispose]: keepOpen }
  const logger = new SeedLogger(() => undefined)
  return createPublicApp(opened, options, { logger, swarmCounts: createSwarmCounts() })
}

async function keepOpen(): Promise<void> {
  // The store is the test's own.
}
