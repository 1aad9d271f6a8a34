import type { FastifyReply, FastifyRequest } from 'fastify'
import { openShare, type RouteParts, type ShareParams } from '../routes/route-parts.ts'
import { addressKey } from '../../protocol/http/address.ts'
import { checkConnected } from './connected.ts'

/**
 * Before a byte of a body that stands in memory as a whole is read: the token, the address's quota, a place among
 * the uploads, and room for it.
 *
 * @param bytesMax - What a body may have that does not say its length.
 */
export function uploadGate(parts: RouteParts, bytesMax: number) {
  return async (request: FastifyRequest<ShareParams>, reply: FastifyReply): Promise<void> => {
    await openShare(parts, request)
    checkConnected(reply)
    const said = Number(request.headers['content-length'] ?? bytesMax)
    // Above the limit it is refused without being read.
    const bytes = Number.isSafeInteger(said) && said <= bytesMax ? said : 0
    const address = addressKey(request.ip)
    parts.quota.add(address, bytes)
    const slot = parts.uploads.take(address)
    reply.raw.once('close', () => {
      slot[Symbol.dispose]()
    })
    parts.memory.hold(bytes, reply)
  }
}
