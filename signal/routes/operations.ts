import type { FastifyPluginAsync } from 'fastify'
import { DIRECTORY_FRESH_MS } from '../../protocol/limits.ts'
import type { Authority } from '../authority.ts'
import type { SignalMetrics } from '../metrics.ts'

/** `GET /healthz` for whoever supervises the process, `GET /metrics` for whoever watches it. */
export function operationRoutes(
  authority: Authority,
  metrics: SignalMetrics,
  nowMs: () => number,
): FastifyPluginAsync {
  return async (app) => {
    app.get('/healthz', async (_request, reply) => {
      // Too old only if it could not be kept for hours: the disk is full or broken.
      const isFresh = nowMs() - authority.directory.issuedAtMs < DIRECTORY_FRESH_MS
      reply.code(isFresh ? 200 : 503).header('cache-control', 'no-store')
      return { isFresh }
    })
    app.get('/metrics', async (_request, reply) => {
      reply.header('cache-control', 'no-store').type(metrics.contentType)
      return metrics.read()
    })
  }
}
