import type { FastifyPluginAsync } from 'fastify'
import { TransferError } from '../../protocol/errors.ts'
import { formatCheckpointAnswer } from '../../protocol/http/seed-json.ts'
import { CHECKPOINT_BODY_BYTES_MAX } from '../../protocol/limits.ts'
import { parseShareId } from '../../protocol/share-id.ts'
import { parseCount } from '../http/query.ts'
import { uploadGate } from '../http/upload-gate.ts'
import {
  bodyOf,
  octetHeaders,
  openShare,
  type OctetBody,
  type RouteParts,
  type ShareParams,
} from './route-parts.ts'

type After = Readonly<{ Querystring: { after?: unknown } }>

/** `PUT …/checkpoint`: checkpoint ‖ u32 first ‖ hashes. `GET …/checkpoint?after=seq`: waits for a newer one. */
export function checkpointRoutes(parts: RouteParts): FastifyPluginAsync {
  const { shares, polls } = parts
  return async (app) => {
    app.put<ShareParams & OctetBody>(
      '/v1/shares/:id/checkpoint',
      {
        bodyLimit: CHECKPOINT_BODY_BYTES_MAX,
        onRequest: uploadGate(parts, CHECKPOINT_BODY_BYTES_MAX),
      },
      async (request, reply) => {
        const id = parseShareId(request.params.id)
        const { share, deletion } = await shares.putCheckpoint(id, bodyOf(request))
        const held = { seq: share.checkpoint?.seq ?? 0, n: share.chunkCount }
        return reply.send(formatCheckpointAnswer(deletion === undefined ? held : { deletion }))
      },
    )
    app.get<ShareParams & After>('/v1/shares/:id/checkpoint', async (request, reply) => {
      const share = await openShare(parts, request)
      const { id } = share
      shares.checkKept(share)
      const after = parseCount(request.query.after)
      if (after !== undefined) {
        const isNews = (): boolean => share.isRemoved || (share.checkpoint?.seq ?? -1) > after
        if (!(await polls.wait(request.raw, { events: shares.events, id }, isNews))) {
          return reply.code(204).send()
        }
      }
      // Deleted or expired while it waited.
      shares.checkKept(share)
      if (share.accepted === undefined)
        throw new TransferError('SHARE_MISSING', 'Nothing is published yet.')
      return reply.headers(octetHeaders).send(Buffer.from(share.accepted.bytes))
    })
  }
}
