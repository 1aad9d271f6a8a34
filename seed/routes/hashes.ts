import type { FastifyPluginAsync } from 'fastify'
import { concat, type Bytes } from '../../protocol/bytes.ts'
import { extentCountOf, HASH_BYTES } from '../../protocol/hash-list.ts'
import { EXTENTS_SHOWN_MAX } from '../../protocol/limits.ts'
import type { Share } from '../catalog/share.ts'
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
type ExtentParams = Readonly<{
  Params: { id: string; extent: string }
  Querystring: { count?: unknown }
}>

/**
 * `GET …/extents`: extent hashes. `GET …/extents/:e?count=n`: the chunk hashes of one, or of n from it on. `GET
 * …/held?after=count`: which chunks are held; waits while they are not more than `count`.
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
      const first = parseCount(request.params.extent) ?? 0
      const count = Math.min(parseCount(request.query.count) ?? 1, EXTENTS_SHOWN_MAX)
      const hashes = await chunkHashes(parts, share, { first, end: first + count })
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

/** Of these extents, or as many of them as there are. @throws {TransferError} REQUEST_INVALID if there is none. */
async function chunkHashes(
  { shares }: RouteParts,
  share: Share,
  { first, end }: Readonly<{ first: number; end: number }>,
): Promise<Bytes> {
  // Before any of them is read: behind one that is not whole yet, none is shown.
  const last = Math.min(end, extentCountOf(share.chunkCount))
  const hashes = [await shares.getChunkHashes(share, first)]
  for (let extent = first + 1; extent < last; extent += 1) {
    hashes.push(await shares.getChunkHashes(share, extent))
  }
  return concat(...hashes)
}
