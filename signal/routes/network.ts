import type { FastifyPluginAsync } from 'fastify'
import type { Bytes } from '../../protocol/bytes.ts'
import type { Authority } from '../authority.ts'

/**
 * `GET /v1/network`: the network's name, key and limits, and its signed directory. SPEC.md §10.
 *
 * @param describe - Makes the answer for a directory record.
 */
export function networkRoutes(
  authority: Authority,
  describe: (directory: Bytes) => string,
): FastifyPluginAsync {
  return async (app) => {
    let answered: Readonly<{ record: Bytes; text: string }> | undefined
    app.get('/v1/network', async (_request, reply) => {
      const { record } = authority.directory
      // A large directory is put into text once, not for every page that is opened.
      if (answered?.record !== record) answered = { record, text: describe(record) }
      reply.header('cache-control', 'no-store').type('application/json')
      return answered.text
    })
  }
}
