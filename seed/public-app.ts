import type { FastifyInstance } from 'fastify'
import { LONG_POLL_MS_MAX } from '../protocol/limits.ts'
import { createApp } from './http/app.ts'
import { FairSlots } from './http/fair-slots.ts'
import { LongPoll } from './http/long-poll.ts'
import { MemoryBudget } from './http/memory-budget.ts'
import type { Observer } from './http/observe.ts'
import { UploadQuota } from './http/upload-quota.ts'
import { SeedMetrics } from './metrics.ts'
import type { OpenShares } from './open-shares.ts'
import { checkpointRoutes } from './routes/checkpoint.ts'
import { dataRoutes } from './routes/data.ts'
import { hashRoutes } from './routes/hashes.ts'
import { indexRoutes } from './routes/index-file.ts'
import { openRoutes } from './routes/open.ts'
import { operationRoutes } from './routes/operations.ts'
import { receiptRoutes } from './routes/receipts.ts'
import type { RouteParts } from './routes/route-parts.ts'
import { shareRoutes } from './routes/shares.ts'
import type { SeedLogger } from './seed-log.ts'
import type { SeedOptions } from './seed-options.ts'
import type { SwarmCounts } from './swarm/swarm-counts.ts'

/** How busy the public server is. */
export type Load = Readonly<{ reads: () => number; uploads: () => number }>

const MEMORY_BYTES_MAX = 128 * 1024 * 1024
// One body or answer of the largest kind.
const MEMORY_BYTES_PER_ADDRESS = MEMORY_BYTES_MAX / 4

/** Everything that the network sees of a seed. */
export function createPublicApp(
  { parts, shares, limits }: OpenShares,
  options: SeedOptions,
  { logger, swarmCounts }: Readonly<{ logger: SeedLogger; swarmCounts: SwarmCounts }>,
): { app: FastifyInstance; load: Load } {
  const reads = new FairSlots(limits.reads, limits.readsPerAddress)
  const uploads = new FairSlots(limits.uploads, limits.uploadsPerAddress)
  const load = { reads: () => reads.taken, uploads: () => uploads.taken }
  const metrics = new SeedMetrics({
    ...load,
    shares: () => parts.catalog.shareCount,
    storedBytes: () => parts.catalog.storedBytes,
    freeBytes: () => parts.space.freeBytes(),
    damaged: () => shares.copies.damagedCount,
    swarm: swarmCounts,
  })
  const observer: Observer = {
    answered: (answer) => {
      metrics.count(answer)
      logger.answered(answer)
    },
    failed: (route, error) => {
      logger.failed(route, error)
    },
  }
  const { timeouts, trustedProxies } = options
  const app = createApp({ limits, timeouts, trustedProxies, observer })
  addRoutes(app, metrics, {
    shares,
    reads,
    uploads,
    quota: new UploadQuota(limits.uploadBytesPerAddressDay, parts.nowMs),
    polls: new LongPoll(limits.longPolls, timeouts?.longPollMs ?? LONG_POLL_MS_MAX),
    memory: new MemoryBudget(MEMORY_BYTES_MAX, MEMORY_BYTES_PER_ADDRESS),
    nowMs: parts.nowMs,
  })
  return { app, load }
}

function addRoutes(app: FastifyInstance, metrics: SeedMetrics, parts: RouteParts): void {
  app.register(shareRoutes(parts))
  app.register(checkpointRoutes(parts))
  app.register(indexRoutes(parts))
  app.register(dataRoutes(parts))
  app.register(hashRoutes(parts))
  app.register(openRoutes(parts))
  app.register(receiptRoutes(parts))
  app.register(operationRoutes(metrics, parts.nowMs))
}
