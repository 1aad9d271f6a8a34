import type { FastifyPluginAsync } from 'fastify'
import { GENESIS_BYTES } from '../../protocol/genesis.ts'
import { SHORT_RECORD_BYTES_MAX } from '../../protocol/limits.ts'
import { parseShareId } from '../../protocol/share-id.ts'
import { parseAuthorization } from '../http/read-gate.ts'
import {
  bodyOf,
  octetHeaders,
  type OctetBody,
  type RouteParts,
  type ShareParams,
} from './route-parts.ts'

const BODY_BYTES_MAX = GENESIS_BYTES + SHORT_RECORD_BYTES_MAX

/**
 * `PUT /v1/shares/:id`: genesis ‖ grant. `GET /v1/shares/:id`: the genesis, open to all: a token is shown only to a
 * seed that answered with it. SPEC.md §10.
 */
export function shareRoutes({ shares }: RouteParts): FastifyPluginAsync {
  return async (app) => {
    app.put<ShareParams & OctetBody>(
      '/v1/shares/:id',
      { bodyLimit: BODY_BYTES_MAX },
      async (request, reply) => {
        const body = bodyOf(request)
        const outcome = await shares.create({
          shareId: parseShareId(request.params.id),
          readToken: parseAuthorization(request.headers.authorization),
          genesis: body.slice(0, GENESIS_BYTES),
          grant: body.slice(GENESIS_BYTES),
        })
        reply.code(outcome === 'created' ? 201 : 200)
        return {}
      },
    )
    app.get<ShareParams>('/v1/shares/:id', async ({ params }, reply) => {
      const { origin } = await shares.get(parseShareId(params.id))
      return reply.headers(octetHeaders).send(Buffer.from(origin.genesisBytes))
    })
  }
}
