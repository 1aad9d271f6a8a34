import cors from '@fastify/cors'
import rateLimit from '@fastify/rate-limit'
import { fastify, type FastifyInstance, type FastifyReply } from 'fastify'
import { TransferError } from '../../protocol/errors.ts'
import { answerError } from '../../protocol/http/error-body.ts'
import { serverLimits } from '../../protocol/limits.ts'
import type { SeedLimits } from '../seed-limits.ts'
import { addressKey } from '../../protocol/http/address.ts'
import { guardBody } from './body-guard.ts'
import { observe, type Observer } from './observe.ts'

/** In fastify's words; tests do not wait for half a minute. */
export type ServerTimeouts = Readonly<{
  /** For the head of a request, and for any body before its rate counts. */
  requestTimeout: number
  connectionTimeout: number
  keepAliveTimeout: number
  checkMs: number
  windowMs: number
}>

export type AppOptions = Readonly<{
  limits: SeedLimits
  timeouts?: Partial<ServerTimeouts> | undefined
  /** Addresses or subnets of proxies whose X-Forwarded-For is believed; none unless told. */
  trustedProxies?: readonly string[] | undefined
  observer: Observer
}>

const PREFLIGHT_SECONDS = 86_400
const RETRY_SECONDS = '1'

const defaultTimeouts: ServerTimeouts = {
  requestTimeout: serverLimits.requestTimeout,
  connectionTimeout: serverLimits.connectionTimeout,
  keepAliveTimeout: serverLimits.keepAliveTimeout,
  checkMs: serverLimits.http.connectionsCheckingInterval,
  windowMs: 10_000,
}

/** A sealed chunk is nothing that a browser should show, run, guess at or keep. */
const contentHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'cross-origin-resource-policy': 'cross-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const

/** The public server without its routes: its bounds, its headers, who may ask, one answer for all that fails. */
export function createApp(options: AppOptions): FastifyInstance {
  const timeouts = { ...defaultTimeouts, ...options.timeouts }
  const { trustedProxies = [] } = options
  const app: FastifyInstance = fastify({
    ...serverLimits,
    // Bodies have a guard of their own, which asks for a rate: an honest upload may take minutes.
    requestTimeout: 0,
    http: {
      headersTimeout: timeouts.requestTimeout,
      connectionsCheckingInterval: timeouts.checkMs,
    },
    connectionTimeout: timeouts.connectionTimeout,
    keepAliveTimeout: timeouts.keepAliveTimeout,
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    exposeHeadRoutes: false,
    // A reader may take hours: it is not waited for when the seed ends.
    forceCloseConnections: true,
    frameworkErrors: (error, _request, reply) =>
      void sendError(reply.headers(contentHeaders), error),
  })
  app.server.maxConnections = options.limits.connections
  addBodies(app, options, timeouts)
  addHeaders(app)
  addErrors(app, options.observer)
  observe(app, options.observer)
  app.register(rateLimit, {
    max: options.limits.requestsPerMinute,
    timeWindow: 60_000,
    keyGenerator: ({ ip }) => addressKey(ip),
    errorResponseBuilder: () =>
      new TransferError(
        'TOO_MANY_REQUESTS',
        'Too many requests from this address. Try again later.',
      ),
  })
  return app
}

/** Bodies are octets, whatever they are called; the routes say how long they may be. */
function addBodies(app: FastifyInstance, { limits }: AppOptions, timeouts: ServerTimeouts): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) =>
    Uint8Array.from(body),
  )
  app.addHook('onRequest', async ({ raw }) => {
    const hasBody = raw.headers['content-length'] ?? raw.headers['transfer-encoding']
    if (hasBody === undefined) return
    guardBody(raw, {
      graceMs: timeouts.requestTimeout,
      windowMs: timeouts.windowMs,
      bytesPerSecondMin: limits.uploadBytesPerSecondMin,
    })
  })
}

function addHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(contentHeaders)
    // A page of the network may ask a seed that stands in the asker's own house.
    if (request.headers['access-control-request-private-network'] === 'true') {
      reply.header('access-control-allow-private-network', 'true')
    }
  })
  app.register(cors, {
    origin: '*',
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH'],
    allowedHeaders: ['authorization', 'content-type', 'content-range', 'range', 'if-range'],
    exposedHeaders: ['content-range', 'etag', 'accept-ranges', 'retry-after', 'date'],
    maxAge: PREFLIGHT_SECONDS,
  })
}

function addErrors(app: FastifyInstance, observer: Observer): void {
  app.setErrorHandler((error, request, reply) => {
    if (answerError(error).status >= 500) observer.failed?.(request.routeOptions.url ?? '', error)
    return sendError(reply, error)
  })
  app.setNotFoundHandler((_request, reply) =>
    sendError(reply, Object.assign(new Error('no such route'), { statusCode: 404 })),
  )
}

function sendError(reply: FastifyReply, error: unknown): FastifyReply {
  const { status, body } = answerError(error)
  if ((status === 429 || status === 503) && !reply.hasHeader('retry-after')) {
    reply.header('retry-after', RETRY_SECONDS)
  }
  return reply.code(status).headers({ 'cache-control': 'no-store' }).send(body)
}
