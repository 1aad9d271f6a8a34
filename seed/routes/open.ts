import type { FastifyPluginAsync } from 'fastify'
import { concat, decodeUtf8, type Bytes } from '../../protocol/bytes.ts'
import { TransferError } from '../../protocol/errors.ts'
import { parseShareId } from '../../protocol/share-id.ts'
import type { Share } from '../catalog/share.ts'
import type { ShareService } from '../share-service.ts'
import { checkReadToken, parseReadToken } from '../http/read-gate.ts'
import { sendOctets } from '../http/send-octets.ts'
import {
  bodyOf,
  octetHeaders,
  rulesFor,
  type OctetBody,
  type RouteParts,
  type ShareParams,
} from './route-parts.ts'

const BODY_BYTES_MAX = 64

/**
 * `POST …/open`, body `text/plain` = readToken, so that no browser asks leave first: checkpoint ‖ index ‖ extent
 * hashes ‖ chunk hashes of the first extent.
 */
export function openRoutes(parts: RouteParts): FastifyPluginAsync {
  const { shares, memory } = parts
  return async (app) => {
    app.post<ShareParams & OctetBody>(
      '/v1/shares/:id/open',
      { bodyLimit: BODY_BYTES_MAX },
      async (request, reply) => {
        const id = parseShareId(request.params.id)
        const token = parseReadToken(textOf(bodyOf(request)))
        const share = await shares.get(id)
        checkReadToken(share, token)
        shares.checkServable(share)
        memory.hold(share.checkpoint?.indexBytes ?? 0, reply)
        return sendOctets(
          reply.headers(octetHeaders),
          await openingOf(shares, share),
          rulesFor(parts, share),
        )
      },
    )
  }
}

async function openingOf(shares: ShareService, share: Share): Promise<Bytes> {
  const { accepted, chunkCount } = share
  if (accepted === undefined) {
    throw new TransferError('SHARE_MISSING', 'Nothing of this share is published here yet.')
  }
  if (chunkCount === 0) return accepted.bytes
  const index = await shares.getIndex(share)
  const hashes = await shares.getChunkHashes(share, 0)
  return concat(accepted.bytes, index, shares.getExtentHashes(share), hashes)
}

/** Only letters, digits, `-` and `_` get past the gate, so whatever else this is fails there. */
function textOf(body: Uint8Array): string {
  try {
    return decodeUtf8(body).trim()
  } catch {
    return ''
  }
}
