import { randomUUID } from 'node:crypto'
import type { FastifyPluginAsync } from 'fastify'
import type { SeedMetrics } from '../metrics.ts'

/**
 * `GET /healthz` for whoever supervises the process, and for the other seeds: another `instance` tells them that
 * this one started anew and may have lost what it held. `GET /metrics` for whoever watches it.
 */
export function operationRoutes(metrics: SeedMetrics, nowMs: () => number): FastifyPluginAsync {
  const instance = randomUUID()
  return async (app) => {
    app.get('/healthz', async (_request, reply) => {
      reply.header('cache-control', 'no-store')
      return { isServing: true, instance, nowMs: nowMs() }
    })
    app.get('/metrics', async (_request, reply) => {
      reply.type(metrics.contentType)
      return metrics.read()
    })
  }
}
