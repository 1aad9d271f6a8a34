import type { FastifyPluginAsync } from 'fastify'
import { extentCountOf, HASH_BYTES } from '../../protocol/hash-list.ts'
import { parseCount } from '../http/query.ts'
import { sendOctets } from '../http/send-octets.ts'
import {
  octetHeaders,
  openServed,
  rulesFor,
  type RouteParts,
  type ShareParams,
} from './route-parts.ts'

type After = Readonly<{ Querystring: { after?: unknown } }>
type ExtentParams = Readonly<{ Params: { id: string; extent: string } }>

/**
 * `GET …/extents`: extent hashes. `GET …/extents/:e`: the chunk hashes of one. `GET …/held?after=count`: which
 * chunks are held; waits while they are not more than `count`.
 */
export function hashRoutes(parts: RouteParts): FastifyPluginAsync {
  const { shares, polls, memory } = parts
  return async (app) => {
    app.get<ShareParams>('/v1/shares/:id/extents', async (request, reply) => {
      const share = await openServed(parts, request)
      memory.hold(extentCountOf(share.chunkCount) * HASH_BYTES, reply)
      return sendOctets(
        reply.headers(octetHeaders),
        shares.getExtentHashes(share),
        rulesFor(parts, share),
      )
    })
    app.get<ExtentParams>('/v1/shares/:id/extents/:extent', async (request, reply) => {
      const share = await openServed(parts, request)
      const extent = parseCount(request.params.extent) ?? 0
      const hashes = await shares.getChunkHashes(share, extent)
      return reply.headers(octetHeaders).send(Buffer.from(hashes))
    })
    app.get<ShareParams & After>('/v1/shares/:id/held', async (request, reply) => {
      const share = await openServed(parts, request)
      await shares.checkPresence(share)
      const after = parseCount(request.query.after)
      if (after !== undefined) {
        const isNews = (): boolean => share.isRemoved || share.held.count > after
        await polls.wait(request.raw, { events: shares.events, id: share.id }, isNews)
        shares.checkServable(share)
      }
      const bitmap = share.held.bitmap(share.chunkCount)
      return reply.headers(octetHeaders).send(Buffer.from(bitmap))
    })
  }
}
