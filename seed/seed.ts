import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { publicKeyOf } from '../protocol/crypto/ed25519.ts'
import { TransferError } from '../protocol/errors.ts'
import { seedIdOf, type SeedId } from '../protocol/seed-id.ts'
import type { Custody } from './custody-hook.ts'
import { createAdminApp } from './http/admin-app.ts'
import { Housekeeping } from './housekeeping.ts'
import { openShares, type OpenShares } from './open-shares.ts'
import { createPublicApp, type Load } from './public-app.ts'
import { adminRoutes, type AdminActions, type SeedStatus } from './routes/admin.ts'
import { SeedLogger } from './seed-log.ts'
import type { SeedOptions } from './seed-options.ts'
import type { ShareService } from './share-service.ts'
import { createSwarmCounts, type SwarmCounts } from './swarm/swarm-counts.ts'

/** A seed that serves. Disposing of it ends it in order; killing it loses nothing that was answered. */
export type RunningSeed = AsyncDisposable &
  Readonly<{
    id: SeedId
    /** Where it listens, such as `http://127.0.0.1:4711`. */
    url: string
    adminUrl: string | undefined
    shares: ShareService
    /** Resolves once a rebuilt catalog was checked against what is on disk. */
    verified: Promise<void>
    status: () => Promise<SeedStatus>
    /** Shown in its metrics; kept by whoever makes a peer of it. */
    swarmCounts: SwarmCounts
  }>

const LOOPBACK = '127.0.0.1'

/** @throws {TransferError} FOLDER_IN_USE, PORT_IN_USE */
export async function startSeed(options: SeedOptions): Promise<RunningSeed> {
  await using stack = new AsyncDisposableStack()
  const { nowMs = Date.now, key, networkKey, dir } = options
  const logger = new SeedLogger(options.log ?? (() => undefined))
  const onError = (error: unknown): void => {
    logger.failed('housekeeping', error)
  }
  const opened = stack.use(await openShares(options, onError))
  const { parts, shares } = opened
  const drainFile = join(dir, 'draining')
  parts.space.isDraining = existsSync(drainFile)
  parts.events.onAny((event) => {
    logger.happened(event)
  })
  if (parts.catalog.isRebuilt) {
    logger.rebuilt(parts.catalog.shareCount, parts.catalog.damagedFiles)
  }
  const housekeeping = stack.use(new Housekeeping(opened, options, onError))
  const swarmCounts = createSwarmCounts()
  const { app, load } = createPublicApp(opened, options, { logger, swarmCounts })
  stack.defer(() => app.close())
  const url = await listen(app, { host: options.host ?? LOOPBACK, port: options.port ?? 0 })
  const id = seedIdOf(publicKeyOf(key))
  const getState = async (): Promise<{ state: SeedStatus['state']; freeBytes: number }> => {
    return { state: await parts.space.state(), freeBytes: await parts.space.freeBytes() }
  }
  const custody = options.custody?.({ shares, seedId: id, key, networkKey, nowMs, getState })
  if (custody !== undefined) stack.use(custody)
  const status = statusOf({ id, opened, options, custody, load })
  const drain = async (): Promise<void> => {
    await writeFile(drainFile, '')
    parts.space.isDraining = true
  }
  const adminUrl = await startAdmin(stack, options, { status, drain })
  const running = stack.move()
  return {
    id,
    url,
    adminUrl,
    shares,
    verified: housekeeping.verified,
    status,
    swarmCounts,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

type StatusParts = Readonly<{
  id: SeedId
  opened: OpenShares
  options: SeedOptions
  custody: Custody | undefined
  load: Load
}>

function statusOf({ id, opened, options, custody, load }: StatusParts): () => Promise<SeedStatus> {
  const { parts, shares } = opened
  const startedAtMs = parts.nowMs()
  return async () => ({
    seedId: id,
    operator: options.operator,
    jurisdiction: options.jurisdiction,
    state: await parts.space.state(),
    startedAtMs,
    nowMs: parts.nowMs(),
    freeBytes: await parts.space.freeBytes(),
    storedBytes: parts.catalog.storedBytes,
    shares: parts.catalog.shareCount,
    damagedCopies: shares.copies.damagedCount,
    damagedFiles: parts.catalog.damagedFiles,
    isRebuilt: parts.catalog.isRebuilt,
    reads: load.reads(),
    uploads: load.uploads(),
    custody: custody?.summarize(),
  })
}

async function startAdmin(
  stack: AsyncDisposableStack,
  { adminPort }: SeedOptions,
  actions: AdminActions,
): Promise<string | undefined> {
  if (adminPort === undefined) return undefined
  const app = createAdminApp()
  app.register(adminRoutes(actions))
  stack.defer(() => app.close())
  return listen(app, { host: LOOPBACK, port: adminPort })
}

/** @throws {TransferError} PORT_IN_USE */
async function listen(
  app: FastifyInstance,
  place: Readonly<{ host: string; port: number }>,
): Promise<string> {
  try {
    await app.listen(place)
  } catch (cause) {
    if (!(cause instanceof Error) || !('code' in cause) || cause.code !== 'EADDRINUSE') throw cause
    const message = `Port ${place.port} is in use by another program.`
    throw new TransferError('PORT_IN_USE', message, { cause })
  }
  const port = parsePort(app.server.address())
  return `http://${place.host.includes(':') ? `[${place.host}]` : place.host}:${port}`
}

function parsePort(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('bug: expected a TCP port')
  return address.port
}
