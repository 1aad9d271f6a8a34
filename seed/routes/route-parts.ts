import type { FastifyRequest } from 'fastify'
import type { Bytes } from '../../protocol/bytes.ts'
import { parseShareId } from '../../protocol/share-id.ts'
import type { Share } from '../catalog/share.ts'
import type { FairSlots } from '../http/fair-slots.ts'
import type { LongPoll } from '../http/long-poll.ts'
import type { MemoryBudget } from '../http/memory-budget.ts'
import { checkReadToken, parseAuthorization } from '../http/read-gate.ts'
import type { SendingRules } from '../http/send-pieces.ts'
import type { UploadQuota } from '../http/upload-quota.ts'
import type { ShareService } from '../share-service.ts'

/** What the routes are functions of. */
export type RouteParts = Readonly<{
  shares: ShareService
  reads: FairSlots
  uploads: FairSlots
  quota: UploadQuota
  polls: LongPoll
  memory: MemoryBudget
  nowMs: () => number
}>

export type ShareParams = Readonly<{ Params: { id: string } }>
export type OctetBody = Readonly<{ Body: Bytes | undefined }>

/** The share that a request names, once it has shown the token. @throws {TransferError} SHARE_MISSING, TOKEN_WRONG */
export async function openShare(
  { shares }: RouteParts,
  request: FastifyRequest<ShareParams>,
): Promise<Share> {
  const id = parseShareId(request.params.id)
  const token = parseAuthorization(request.headers.authorization)
  const share = await shares.get(id)
  checkReadToken(share, token)
  return share
}

/** As `openShare`, for content: only while it is served. */
export async function openServed(
  parts: RouteParts,
  request: FastifyRequest<ShareParams>,
): Promise<Share> {
  const share = await openShare(parts, request)
  parts.shares.checkServable(share)
  return share
}

/** For an answer that takes its time: the share may end meanwhile. */
export function rulesFor({ shares }: RouteParts, share: Share): SendingRules {
  return {
    checkServable: () => {
      shares.checkServable(share)
    },
  }
}

/** A body that was not sent is an empty one. */
export function bodyOf(request: FastifyRequest<OctetBody>): Bytes {
  return request.body ?? new Uint8Array(0)
}

/** How octets go out: as a file to save, never as a page. */
export const octetHeaders = {
  'content-type': 'application/octet-stream',
  'content-disposition': 'attachment',
} as const
