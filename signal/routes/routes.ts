import type { FastifyInstance } from 'fastify'
import type { Bytes } from '../../protocol/bytes.ts'
import { GRANTS_PER_MINUTE_MAX } from '../../protocol/limits.ts'
import type { Authority } from '../authority.ts'
import type { SignalMetrics } from '../metrics.ts'
import { formatWords, wordsOf } from '../network-words.ts'
import type { SignalOptions } from '../options.ts'
import type { Rooms } from '../rooms/rooms.ts'
import { grantRoutes } from './grants.ts'
import { networkRoutes, type Describe } from './network.ts'
import { operationRoutes } from './operations.ts'
import { noPageRoutes, pageRoutes } from './page.ts'
import { roomRoutes } from './rooms.ts'
import { seedRoutes } from './seeds.ts'

export type RouteDeps = Readonly<{
  authority: Authority
  rooms: Rooms
  metrics: SignalMetrics
  networkKey: Bytes
  options: SignalOptions
}>

/** All that a signal server answers. @throws {TransferError} USAGE for options that no client would understand. */
export function addRoutes(app: FastifyInstance, deps: RouteDeps): void {
  const { authority, rooms, metrics, networkKey, options } = deps
  const { accessToken, appDir, grantsPerMinute = GRANTS_PER_MINUTE_MAX, nowMs = Date.now } = options
  const words = wordsOf(options)
  const describe: Describe = (directory, atMs) =>
    formatWords(words, { key: networkKey, directory }, atMs)
  // Tried once before anyone asks.
  describe(authority.directory.record, nowMs())
  app.register(networkRoutes(authority, describe, nowMs))
  const { maxShareBytes } = words.limits
  app.register(grantRoutes(authority, { maxShareBytes, accessToken, perMinute: grantsPerMinute }))
  app.register(seedRoutes(authority))
  const { allowOrigins, trustedProxies = [] } = options
  app.register(roomRoutes(rooms, { allowOrigins, trustedProxies }))
  app.register(operationRoutes(authority, metrics, nowMs))
  app.register(appDir === undefined ? noPageRoutes(words.name) : pageRoutes(appDir))
}
