import { sha256 } from '@noble/hashes/sha2.js'
import type { FastifyPluginAsync } from 'fastify'
import { encodeUtf8, isEqual } from '../../protocol/bytes.ts'
import { TransferError } from '../../protocol/errors.ts'
import { formatGrantAnswer, parseGrantRequest } from '../../protocol/http/signal-json.ts'
import { CHUNKS_MAX } from '../../protocol/limits.ts'
import { chunkCountOf, paddedBytes } from '../../protocol/padme.ts'
import type { Authority } from '../authority.ts'

export type GrantRules = Readonly<{
  /** Of the files of one share, before padding. */
  maxShareBytes: number
  /** Undefined: anyone gets a grant. */
  accessToken: string | undefined
  /** Of one address. */
  perMinute: number
}>

/** `POST /v1/grants`: the network's leave to store a share of so many chunks. SPEC.md §10. */
export function grantRoutes(authority: Authority, rules: GrantRules): FastifyPluginAsync {
  const chunksMax = Math.min(CHUNKS_MAX, chunkCountOf(paddedBytes(rules.maxShareBytes)))
  const config = { rateLimit: { max: rules.perMinute, timeWindow: '1 minute' } }
  return async (app) => {
    app.post('/v1/grants', { config }, async ({ body, headers }, reply) => {
      checkAccess(headers.authorization, rules.accessToken)
      const request = parseGrantRequest(body)
      if (request.maxChunks > chunksMax) throw tooLarge(rules.maxShareBytes)
      reply.header('cache-control', 'no-store')
      return formatGrantAnswer({ grant: authority.grant(request) })
    })
  }
}

function checkAccess(authorization: string | undefined, accessToken: string | undefined): void {
  if (accessToken === undefined) return
  const shown = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1] ?? ''
  // Hashed first: the time it takes to compare says nothing about the token, not even its length.
  if (isEqual(sha256(encodeUtf8(shown)), sha256(encodeUtf8(accessToken)))) return
  const message = 'This network lets only those store who have its access token.'
  throw new TransferError('TOKEN_WRONG', message)
}

function tooLarge(maxShareBytes: number): TransferError {
  const message = `This network takes shares of up to ${maxShareBytes.toLocaleString('en')} bytes.`
  return new TransferError('SHARE_TOO_LARGE', message, { details: { maxShareBytes } })
}
