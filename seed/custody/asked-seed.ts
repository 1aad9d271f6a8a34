import type { SeedWriter } from '../../client/engine/net/seed-writer.ts'
import type { Seed } from '../../protocol/record/directory.ts'
import type { Share } from '../catalog/share.ts'
import type { ShareService } from '../share-service.ts'

/** One share here, and one other seed that is asked about it. */
export type AskedSeed = Readonly<{
  shares: ShareService
  share: Share
  seed: Seed
  client: SeedWriter
  /** Ends everything that waits. */
  signal: AbortSignal
}>
