import { fastify, type FastifyInstance } from 'fastify'
import { TransferError } from '../../protocol/errors.ts'
import { answerError } from '../../protocol/http/error-body.ts'
import { serverLimits } from '../../protocol/limits.ts'

const ADMIN_HEADER = 'x-skerry-admin'
const LOOPBACK_HOST = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i

/**
 * The operator's server without its routes. It stands on loopback, where every page in the operator's browser can
 * knock: so it wants a header that no page can send without asking leave, which is never given, answers nobody who
 * comes with an origin, and only under a loopback name, which no rebound name is.
 */
export function createAdminApp(): FastifyInstance {
  const app: FastifyInstance = fastify({ ...serverLimits, forceCloseConnections: true })
  app.addHook('onRequest', async ({ headers }, reply) => {
    reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    const isOperator =
      headers[ADMIN_HEADER] === '1' &&
      headers.origin === undefined &&
      LOOPBACK_HOST.test(headers.host ?? '')
    if (!isOperator) throw new TransferError('TOKEN_WRONG', 'Only the operator may ask this.')
  })
  app.setErrorHandler((error, _request, reply) => {
    const { status, body } = answerError(error)
    return reply.code(status).send(body)
  })
  return app
}
