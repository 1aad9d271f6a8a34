import { once } from 'node:events'
import {
  createServer,
  request as ask,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import { freePort } from '../../../skerry-ports.ts'

/** What stands at an address: the seed, another program, something that takes calls and never answers, nothing. */
export type Tenant = 'seed' | 'stranger' | 'silence' | 'nothing'

/** One address of a real seed: an HTTP server that hands on what it is asked, for as long as it is told to. */
export class FrontDoor implements AsyncDisposable {
  tenant: Tenant
  seedUrl: string
  /** Every request, such as `GET`, or `PUT /index with token`. */
  readonly log: string[] = []
  readonly #server: Server

  private constructor(server: Server, seedUrl: string, tenant: Tenant) {
    this.#server = server
    this.seedUrl = seedUrl
    this.tenant = tenant
    server.on('request', (request, response) => this.#serve(request, response))
  }

  static async open(seedUrl: string, tenant: Tenant = 'seed'): Promise<FrontDoor> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new FrontDoor(server, seedUrl, tenant)
  }

  get url(): string {
    const address = this.#server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    return `http://127.0.0.1:${port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '', headers } = request
    const path = url.replace(/^\/v1\/shares\/[0-9a-f]{40}/, '')
    const hasToken = headers.authorization !== undefined || path === '/open'
    this.log.push(`${method} ${path} ${hasToken ? 'with token' : ''}`.trim().replace('  ', ' '))
    if (this.tenant === 'nothing') request.socket.destroy()
    if (this.tenant === 'stranger') response.writeHead(404).end('<h1>Not found</h1>')
    if (this.tenant !== 'seed') return
    const onward = ask(`${this.seedUrl}${url}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    request.pipe(onward)
  }
}

/** An address at which nobody listens. */
export async function closedUrl(): Promise<string> {
  return `http://127.0.0.1:${await freePort()}`
}
