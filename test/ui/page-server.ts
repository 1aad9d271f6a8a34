import type { FastifyInstance } from 'fastify'
import { assert } from '../../protocol/errors.ts'
import { createApp } from '../../signal/app.ts'
import { pageRoutes } from '../../signal/routes/page.ts'

/** Serves a built page as the signal server does, headers and all, on a free port of this machine. */
export class PageServer implements AsyncDisposable {
  /** Every address that was asked for, as it came, and where the browser said it came from. */
  readonly asked: string[] = []
  readonly referrers: (string | undefined)[] = []
  /** Before each answer: a test may hold one back, or refuse it. */
  before: (path: string) => Promise<void> = () => Promise.resolve()
  readonly #app: FastifyInstance

  private constructor(app: FastifyInstance) {
    this.#app = app
    app.addHook('onRequest', async ({ originalUrl, headers }) => {
      this.asked.push(originalUrl)
      this.referrers.push(headers.referer)
      await this.before(originalUrl)
    })
  }

  static async start(folder: string): Promise<PageServer> {
    const unused = { dir: '', keyFile: '', name: 'Test network', host: '127.0.0.1', port: 0 }
    const app = createApp(unused, () => undefined)
    app.register(pageRoutes(folder))
    const server = new PageServer(app)
    await app.listen({ host: unused.host, port: 0 })
    return server
  }

  /** Of a loopback name, so that the browser takes it for a secure context. */
  get origin(): string {
    const address = this.#app.server.address()
    assert(typeof address === 'object' && address !== null, 'a server that listens')
    return `http://localhost:${address.port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#app.close()
  }
}
