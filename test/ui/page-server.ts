import type { FastifyInstance } from 'fastify'
import { createApp } from '../../signal/app.ts'
import { pageRoutes } from '../../signal/routes/page.ts'

/** Serves a built page as the signal server does, headers and all, on a free port of this machine. */
export class PageServer implements AsyncDisposable {
  /** Of a loopback name, so that the browser takes it for a secure context. */
  readonly origin: string
  /** Every address that was asked for, as it came. */
  readonly asked: readonly string[]
  readonly #app: FastifyInstance

  private constructor(app: FastifyInstance, origin: string, asked: readonly string[]) {
    this.#app = app
    this.origin = origin
    this.asked = asked
  }

  static async start(folder: string): Promise<PageServer> {
    const unused = { dir: '', keyFile: '', name: 'Test network', host: '127.0.0.1', port: 0 }
    const app = createApp(unused, () => undefined)
    const asked: string[] = []
    app.addHook('onRequest', async ({ originalUrl }) => void asked.push(originalUrl))
    app.register(pageRoutes(folder))
    const url = await app.listen({ host: unused.host, port: unused.port })
    return new PageServer(app, url.replace(unused.host, 'localhost'), asked)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#app.close()
  }
}
