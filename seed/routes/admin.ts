import type { FastifyPluginAsync } from 'fastify'

/** What `GET /v1/status` tells the operator. */
export type SeedStatus = Readonly<{
  seedId: string
  operator: string | undefined
  jurisdiction: string | undefined
  state: 'open' | 'full' | 'draining'
  startedAtMs: number
  nowMs: number
  freeBytes: number
  storedBytes: number
  shares: number
  damagedCopies: number
  damagedFiles: number
  isRebuilt: boolean
  reads: number
  uploads: number
  custody: Readonly<Record<string, unknown>> | undefined
}>

export type AdminActions = Readonly<{
  status: () => Promise<SeedStatus>
  drain: () => Promise<void>
}>

/** `GET /v1/status`, `POST /v1/drain`. */
export function adminRoutes({ status, drain }: AdminActions): FastifyPluginAsync {
  return async (app) => {
    app.get('/v1/status', () => status())
    app.post('/v1/drain', async (_request, reply) => {
      await drain()
      return reply.send(await status())
    })
  }
}
