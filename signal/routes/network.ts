import type { FastifyPluginAsync } from 'fastify'
import type { Bytes } from '../../protocol/bytes.ts'
import { TURN_CREDENTIAL_STEP_MS } from '../../protocol/limits.ts'
import type { Authority } from '../authority.ts'

/** Makes the answer for a directory record, with leave to use TURN servers from then on. */
export type Describe = (directory: Bytes, nowMs: number) => string

type Answered = Readonly<{ record: Bytes; step: number; text: string }>

/**
 * `GET /v1/network`: the network's name, key and limits, and its signed directory. SPEC.md §10.
 */
export function networkRoutes(
  authority: Authority,
  describe: Describe,
  nowMs: () => number,
): FastifyPluginAsync {
  return async (app) => {
    let answered: Answered | undefined
    app.get('/v1/network', async (_request, reply) => {
      const { record } = authority.directory
      const step = Math.floor(nowMs() / TURN_CREDENTIAL_STEP_MS)
      // A large directory is put into text once in a while, not for every page that is opened.
      if (answered?.record !== record || answered.step !== step) {
        answered = { record, step, text: describe(record, nowMs()) }
      }
      reply.header('cache-control', 'no-store').type('application/json')
      return answered.text
    })
  }
}
