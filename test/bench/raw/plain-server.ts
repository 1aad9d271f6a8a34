import { open } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'

/** A plain HTTP server: `PUT /name` writes the body to a file and syncs it, `GET /name` reads it. The raw limit. */
export class PlainServer implements AsyncDisposable {
  readonly url: string
  readonly #server: Server

  private constructor(server: Server, port: number) {
    this.#server = server
    this.url = `http://127.0.0.1:${port}`
  }

  static async start(dir: string): Promise<PlainServer> {
    const server = createServer((request, response) => {
      const path = join(dir, encodeURIComponent(request.url ?? ''))
      const answer = async (): Promise<void> => {
        if (request.method === 'GET') {
          createReadStream(path, { highWaterMark: 1024 * 1024 }).pipe(response)
          return
        }
        await using file = await open(path, 'w')
        for await (const part of request) if (part instanceof Buffer) await file.write(part)
        await file.datasync()
        response.end()
      }
      void answer()
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    return new PlainServer(server, typeof address === 'object' ? (address?.port ?? 0) : 0)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
