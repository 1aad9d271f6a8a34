import { access } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyPluginAsync } from 'fastify'
import { TransferError } from '../../protocol/errors.ts'

const YEAR_SECONDS = 31_536_000

/**
 * The built page at `/`. The fragment of an address, where links are, never comes here.
 *
 * @throws {TransferError} FILE_UNREADABLE when the server gets ready and there is no page.
 */
export function pageRoutes(appDir: string): FastifyPluginAsync {
  return async (app) => {
    await checkPage(appDir)
    await app.register(fastifyStatic, {
      root: resolve(appDir),
      dotfiles: 'ignore',
      cacheControl: false,
      preCompressed: true,
      setHeaders(reply, path) {
        reply.header('cache-control', cacheControlOf(path))
      },
    })
    // Some programs turn the `#` of a link into `%23`, which makes a path of it: the page puts it right.
    app.get('/:link(^#[\\w-]+$)', async (_request, reply) => reply.sendFile('index.html'))
  }
}

/** Where there is no page, `/` says what this is, for whoever comes by. */
export function noPageRoutes(name: string): FastifyPluginAsync {
  return async (app) => {
    app.get('/', async (_request, reply) => {
      reply.type('text/plain; charset=utf-8')
      return `${name}: signal server of a Skerry network. It holds no files.\nFor programs: /v1/network\n`
    })
  }
}

async function checkPage(appDir: string): Promise<void> {
  try {
    await access(join(appDir, 'index.html'))
  } catch (cause) {
    const message = `There is no built page in ${appDir}. Make it with "npm run build".`
    throw new TransferError('FILE_UNREADABLE', message, { cause })
  }
}

/** What the build named by its hash never changes; all else is asked for again each time. */
function cacheControlOf(path: string): string {
  return path.includes('/assets/') ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache'
}
