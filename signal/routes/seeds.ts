import type { FastifyPluginAsync } from 'fastify'
import type { Bytes } from '../../protocol/bytes.ts'
import { TransferError } from '../../protocol/errors.ts'
import { formatJoinAnswer, parseJoinRequest } from '../../protocol/http/signal-json.ts'
import { JOINS_PER_MINUTE_MAX, STATES_PER_MINUTE_MAX } from '../../protocol/limits.ts'
import { parseSeedId } from '../../protocol/seed-id.ts'
import type { Authority } from '../authority.ts'

type SeedParams = { Params: { id: string } }

/** `POST /v1/seeds` joins, `PUT /v1/seeds/:id/state` says how the seed is. SPEC.md §10. */
export function seedRoutes(authority: Authority): FastifyPluginAsync {
  const joins = { rateLimit: { max: JOINS_PER_MINUTE_MAX, timeWindow: '1 minute' } }
  const states = { rateLimit: { max: STATES_PER_MINUTE_MAX, timeWindow: '1 minute' } }
  return async (app) => {
    app.post('/v1/seeds', { config: joins }, async ({ body }, reply) => {
      const certificate = await authority.join(parseJoinRequest(body))
      reply.header('cache-control', 'no-store')
      return formatJoinAnswer({ certificate })
    })
    app.put<SeedParams>(
      '/v1/seeds/:id/state',
      { config: states },
      async ({ params, body }, reply) => {
        await authority.hear(parseSeedId(params.id), parseOctets(body))
        return reply.code(204).send()
      },
    )
  }
}

function parseOctets(body: unknown): Bytes {
  if (body instanceof Uint8Array) return body as Bytes
  throw new TransferError('REQUEST_INVALID', 'A state is sent as application/octet-stream.')
}
