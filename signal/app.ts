import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { TransferError } from '../protocol/errors.ts'
import { addressKey } from '../protocol/http/address.ts'
import { answerError } from '../protocol/http/error-body.ts'
import { serverLimits } from '../protocol/limits.ts'
import type { Log, SignalOptions } from './options.ts'
import { bareHeaders, pageHeaders, permissionsPolicy } from './page-headers.ts'
import { isRoomUpgrade } from './rooms/upgrades.ts'

const PREFLIGHT_SECONDS = 86_400

/** The server without its routes: its bounds, its headers, who may ask, and one answer for all that fails. */
export function createApp(options: SignalOptions, log: Log): FastifyInstance {
  const { trustedProxies = [], allowOrigins, isLoopback = false, timeouts } = options
  const app: FastifyInstance = fastify({
    ...serverLimits,
    ...timeouts,
    http: { ...serverLimits.http, ...timeouts?.http, shouldUpgradeCallback: isRoomUpgrade },
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    // Nothing here takes long, and a client that reads slowly must not hold up the end.
    forceCloseConnections: true,
    frameworkErrors: (error, _request, reply) => void sendError(reply.headers(bareHeaders), error),
  })
  // Routes take JSON, and one takes octets: text/plain would let a foreign page post without asking leave.
  app.removeContentTypeParser('text/plain')
  app.addContentTypeParser(
    'application/octet-stream',
    { parseAs: 'buffer' },
    async (_request: FastifyRequest, body: Buffer) => Uint8Array.from(body),
  )
  addErrorAnswers(app, log)
  addLog(app, log)
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('permissions-policy', permissionsPolicy)
  })
  app.register(helmet, pageHeaders(isLoopback))
  app.register(cors, {
    origin: allowOrigins === undefined ? '*' : [...allowOrigins],
    methods: ['GET', 'POST', 'PUT'],
    allowedHeaders: ['authorization', 'content-type'],
    exposedHeaders: ['retry-after'],
    maxAge: PREFLIGHT_SECONDS,
  })
  app.register(rateLimit, {
    global: false,
    keyGenerator: ({ ip }) => addressKey(ip),
    errorResponseBuilder: (_, { ttl }) => tooMany(ttl),
  })
  return app
}

function addErrorAnswers(app: FastifyInstance, log: Log): void {
  app.setErrorHandler((error, request, reply) => {
    const { status } = answerError(error)
    const { url: route = '' } = request.routeOptions
    if (status >= 500) log({ event: 'failed', route, error })
    return sendError(reply, error)
  })
  app.setNotFoundHandler((_request, reply) => sendError(reply, notFound()))
}

function addLog(app: FastifyInstance, log: Log): void {
  app.addHook('onResponse', async ({ method, routeOptions }, reply) => {
    const { url: route = 'unknown' } = routeOptions
    const ms = Math.round(reply.elapsedTime)
    log({ event: 'answered', method, route, status: reply.statusCode, ms })
  })
}

function sendError(reply: FastifyReply, error: unknown): FastifyReply {
  const { status, body } = answerError(error)
  return reply.code(status).header('cache-control', 'no-store').send(body)
}

function notFound(): Error {
  return Object.assign(new Error('no such route'), { statusCode: 404 })
}

function tooMany(waitMs: number): TransferError {
  const seconds = Math.ceil(waitMs / 1000)
  const message = `Too many requests from this address. Try again in ${seconds} s.`
  return new TransferError('TOO_MANY_REQUESTS', message, { details: { waitMs } })
}
