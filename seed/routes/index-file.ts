import type { FastifyPluginAsync } from 'fastify'
import { INDEX_SEALED_BYTES_MAX } from '../../protocol/limits.ts'
import { parseShareId } from '../../protocol/share-id.ts'
import { sendOctets } from '../http/send-octets.ts'
import { uploadGate } from '../http/upload-gate.ts'
import {
  bodyOf,
  octetHeaders,
  openServed,
  rulesFor,
  type OctetBody,
  type RouteParts,
  type ShareParams,
} from './route-parts.ts'

/** `PUT …/index` and `GET …/index`: the sealed list of files. */
export function indexRoutes(parts: RouteParts): FastifyPluginAsync {
  const { shares, memory } = parts
  return async (app) => {
    app.put<ShareParams & OctetBody>(
      '/v1/shares/:id/index',
      {
        bodyLimit: INDEX_SEALED_BYTES_MAX,
        onRequest: uploadGate(parts, INDEX_SEALED_BYTES_MAX),
      },
      async (request, reply) => {
        await shares.putIndex(parseShareId(request.params.id), bodyOf(request))
        return reply.send({})
      },
    )
    app.get<ShareParams>('/v1/shares/:id/index', async (request, reply) => {
      const share = await openServed(parts, request)
      memory.hold(share.checkpoint?.indexBytes ?? 0, reply)
      return sendOctets(
        reply.headers(octetHeaders),
        await shares.getIndex(share),
        rulesFor(parts, share),
      )
    })
  }
}
