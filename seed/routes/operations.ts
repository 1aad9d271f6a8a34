import type { FastifyPluginAsync } from 'fastify'
import type { SeedMetrics } from '../metrics.ts'

/** `GET /healthz` for whoever supervises the process, `GET /metrics` for whoever watches it. */
export function operationRoutes(metrics: SeedMetrics): FastifyPluginAsync {
  return async (app) => {
    app.get('/healthz', async () => ({ isServing: true }))
    app.get('/metrics', async (_request, reply) => {
      reply.type(metrics.contentType)
      return metrics.read()
    })
  }
}
