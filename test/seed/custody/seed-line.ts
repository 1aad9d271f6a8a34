import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import type { Bytes } from '../../../protocol/bytes.ts'

/** What goes back to whoever asked; undefined lets the true answer pass. */
export type Forge = (
  asked: Readonly<{ method: string; path: string }>,
  answer: Readonly<{ status: number; body: Bytes }>,
) => Readonly<{ status: number; body: Bytes }> | undefined

// Of one connection: the next one has its own.
const OWN_HEADERS = new Set(['host', 'connection', 'content-length', 'transfer-encoding'])

/** Stands between a seed and the others: a line that can be cut, or a seed that lies. */
export class SeedLine implements AsyncDisposable {
  readonly #server: Server
  readonly #target: () => string
  isCut = false
  forge: Forge = () => undefined
  /** Method and path of everything that was asked. */
  readonly asked: string[] = []
  /** Every token that was shown. */
  readonly tokens: string[] = []

  private constructor(target: () => string) {
    this.#target = target
    this.#server = createServer((request, response) => {
      this.#pass(request, response).catch(() => response.destroy())
    })
  }

  static async open(target: () => string): Promise<SeedLine> {
    const line = new SeedLine(target)
    line.#server.listen(0, '127.0.0.1')
    await once(line.#server, 'listening')
    return line
  }

  get url(): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('a line without a port')
    return `http://127.0.0.1:${address.port}`
  }

  cut(): void {
    this.isCut = true
    this.#server.closeAllConnections()
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url: path = '/', headers } = request
    this.asked.push(`${method} ${path}`)
    if (headers.authorization !== undefined) this.tokens.push(headers.authorization)
    if (this.isCut) return void response.destroy()
    const body = await buffer(request)
    const passed = Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' && !OWN_HEADERS.has(name)
        ? [[name, value] as [string, string]]
        : [],
    )
    const answered = await fetch(`${this.#target()}${path}`, {
      method,
      headers: passed,
      ...(method === 'GET' ? {} : { body: new Uint8Array(body) }),
    })
    const answer = { status: answered.status, body: new Uint8Array(await answered.arrayBuffer()) }
    if (this.isCut) return void response.destroy()
    const said = this.forge({ method, path }, answer) ?? answer
    const kept = ['content-type', 'content-range', 'etag'].flatMap((name) => {
      const value = answered.headers.get(name)
      return value === null ? [] : [[name, value] as [string, string]]
    })
    response.writeHead(said.status, Object.fromEntries(kept)).end(said.body)
    return undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    await closed
  }
}
