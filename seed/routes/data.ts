import type { IncomingMessage } from 'node:http'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { TransferError } from '../../protocol/errors.ts'
import { addressKey } from '../../protocol/http/address.ts'
import { dataHead, startAnswer, type DataHead } from '../http/data-answer.ts'
import { parseContentRange } from '../http/range.ts'
import { sendPieces } from '../http/send-pieces.ts'
import {
  octetHeaders,
  openServed,
  openShare,
  rulesFor,
  type RouteParts,
  type ShareParams,
} from './route-parts.ts'

type StreamBody = Readonly<{ Body: IncomingMessage | undefined }>

/**
 * `PATCH …/data`: sealed chunks of one extent, streamed in. `GET …/data`: all sealed chunks as one resource with
 * standard Range, streamed out.
 */
export function dataRoutes(parts: RouteParts): FastifyPluginAsync {
  return async (app) => {
    app.removeAllContentTypeParsers()
    // Not read here: the bytes go to the disk as they come.
    app.addContentTypeParser('*', async (_request: unknown, body: IncomingMessage) => body)
    app.patch<ShareParams & StreamBody>('/v1/shares/:id/data', async (request, reply) => {
      const heldChunks = await takeChunks(parts, request)
      return reply.send({ heldChunks })
    })
    app.get<ShareParams>('/v1/shares/:id/data', (request, reply) =>
      serveData(parts, request, reply),
    )
    app.head<ShareParams>('/v1/shares/:id/data', async (request, reply) => {
      const share = await openServed(parts, request)
      return withoutBytes(reply, dataHead(parts.shares, share, request))
    })
  }
}

async function takeChunks(
  parts: RouteParts,
  request: FastifyRequest<ShareParams & StreamBody>,
): Promise<number> {
  const { id } = await openShare(parts, request)
  const span = parseContentRange(request.headers['content-range'])
  const lengthBytes = span.end - span.start + 1
  if (request.body === undefined || Number(request.headers['content-length']) !== lengthBytes) {
    throw new TransferError('REQUEST_INVALID', 'The upload is not as long as its range says.')
  }
  const address = addressKey(request.ip)
  parts.quota.add(address, lengthBytes)
  const upload = { ...span, body: request.body }
  return parts.uploads.within(address, () => parts.shares.putChunks(id, upload))
}

async function serveData(
  parts: RouteParts,
  request: FastifyRequest<ShareParams>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const share = await openServed(parts, request)
  const head = dataHead(parts.shares, share, request)
  if (head.span === undefined) return withoutBytes(reply, head)
  const slot = parts.reads.take(addressKey(request.ip))
  try {
    const pieces = parts.shares.readData(share, head.span)
    // The first bytes are good before the answer begins, so a bad copy there is an answer and not a cut.
    const first = await pieces.next()
    if (first.done === true) throw new TransferError('CHUNK_MISSING', 'These bytes are not here.')
    startAnswer(reply.headers(octetHeaders), head)
    const sent = { first: first.value, rest: pieces }
    void sendPieces(reply.raw, sent, rulesFor(parts, share)).finally(() => {
      slot[Symbol.dispose]()
    })
    return await reply
  } catch (cause) {
    slot[Symbol.dispose]()
    throw cause
  }
}

function withoutBytes(reply: FastifyReply, { status, headers }: DataHead): FastifyReply {
  return reply.code(status).headers(octetHeaders).headers(headers).send()
}
