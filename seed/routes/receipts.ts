import type { FastifyPluginAsync } from 'fastify'
import { formatReceipts } from '../../protocol/http/seed-json.ts'
import { parseChallenge } from '../http/query.ts'
import { openServed, type RouteParts, type ShareParams } from './route-parts.ts'

type Challenge = Readonly<{ Querystring: { challenge?: unknown } }>

/** `GET …/receipts?challenge=`: this seed's own word first, if it holds everything, then its co-custodians'. */
export function receiptRoutes(parts: RouteParts): FastifyPluginAsync {
  return async (app) => {
    app.get<ShareParams & Challenge>('/v1/shares/:id/receipts', async (request, reply) => {
      const challenge = parseChallenge(request.query.challenge)
      const share = await openServed(parts, request)
      const own = await parts.shares.getReceipt(share, challenge)
      const all = [...(own === undefined ? [] : [own]), ...share.receipts.values()]
      return reply.send(formatReceipts(all))
    })
  }
}
