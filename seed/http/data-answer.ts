import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Share } from '../catalog/share.ts'
import { missing } from '../share/copies.ts'
import { publishedBytes, type ByteSpan } from '../share/data-layout.ts'
import type { ShareService } from '../share-service.ts'
import { SEALED_CHUNK_BYTES_MAX } from '../../protocol/limits.ts'
import { parseRange } from './range.ts'

/** What an answer of sealed chunks starts with; without a span there is nothing to send. */
export type DataHead = Readonly<{
  status: 200 | 206 | 416
  span: ByteSpan | undefined
  headers: Readonly<Record<string, string>>
}>

/**
 * Works out which bytes a request gets. RFC 9110 §14: the ETag is the share's id, since published bytes never
 * change; the length is what is published so far.
 *
 * @throws {TransferError} CHUNK_MISSING with `details.chunk` if the range starts in a hole, or if everything was
 *   asked for and something is missing.
 */
export function dataHead(shares: ShareService, share: Share, request: FastifyRequest): DataHead {
  const { checkpoint } = share
  const totalBytes = checkpoint === undefined ? 0 : publishedBytes(checkpoint)
  const etag = `"${share.id}"`
  const base = { etag, 'accept-ranges': 'bytes' }
  const condition = request.headers['if-range']
  const isFresh = condition === undefined || condition === etag
  const range = isFresh ? parseRange(request.headers.range, totalBytes) : undefined
  const span = shares.cutData(share, range ?? { start: 0, end: totalBytes - 1 })
  if (range === undefined) return wholeHead(span, totalBytes, base)
  if (span === undefined) {
    const headers = { ...base, 'content-range': `bytes */${totalBytes}` }
    return { status: 416, span, headers }
  }
  const contentRange = `bytes ${span.start}-${span.end}/${totalBytes}`
  const headers = { ...base, 'content-range': contentRange, 'content-length': lengthOf(span) }
  return { status: 206, span, headers }
}

function wholeHead(
  span: ByteSpan | undefined,
  totalBytes: number,
  base: Readonly<Record<string, string>>,
): DataHead {
  // An answer without a range is all or nothing: it cannot say that it was cut.
  const endBytes = span === undefined ? 0 : span.end + 1
  if (endBytes < totalBytes) throw missing(endBytes / SEALED_CHUNK_BYTES_MAX)
  return { status: 200, span, headers: { ...base, 'content-length': String(totalBytes) } }
}

/** Writes status and headers of an answer that fastify no longer has a hand in. */
export function startAnswer(reply: FastifyReply, head: Pick<DataHead, 'status' | 'headers'>): void {
  reply.hijack()
  const headers = { ...reply.getHeaders(), ...head.headers }
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) reply.raw.setHeader(name, value)
  }
  reply.raw.writeHead(head.status)
}

function lengthOf({ start, end }: ByteSpan): string {
  return String(end - start + 1)
}
