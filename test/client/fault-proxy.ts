import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { TransferError, type FaultCode } from '../../protocol/errors.ts'
import { formatFault } from '../../protocol/http/fault-json.ts'

/** A request as it passed: `PATCH /data bytes 0-4194047/*`. */
export type PassedCall = Readonly<{ line: string; url: string; init: RequestInit }>

/** Stands between a sender and a real seed: counts what passes, and breaks what it is told to. */
export class FaultProxy implements AsyncDisposable {
  readonly url: string
  /** Every request that the seed answered well. */
  readonly log: string[] = []
  /** Answered to the next requests that match instead of the seed, first come first served. */
  readonly faults: { matches: RegExp; code: FaultCode }[] = []
  /** Nobody answers. */
  isDown = false
  /** Told of each request before it is passed on; it waits for what that returns. */
  onCall: (call: string) => unknown = () => undefined
  /** Passes a request on; a test may pass it twice, or others before it. */
  pass: (call: PassedCall) => Promise<Response> = ({ url, init }) => fetch(url, init)
  readonly #server: Server
  readonly #target: () => string

  private constructor(server: Server, target: () => string) {
    this.#server = server
    this.#target = target
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    server.on('request', (request, response) => void this.#serve(request, response))
  }

  /** @param target - Base URL of the seed; asked for each time. */
  static async start(target: () => string): Promise<FaultProxy> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new FaultProxy(server, target)
  }

  /** How many bodies of chunks the seed took. */
  get bodies(): number {
    return this.log.filter((line) => line.startsWith('PATCH')).length
  }

  /** Bytes of sealed chunks that the seed took. */
  get sentBytes(): number {
    return this.log.reduce((sum, line) => {
      const [, start, end] = /^PATCH \/data bytes (\d+)-(\d+)/.exec(line) ?? []
      return end === undefined ? sum : sum + Number(end) + 1 - Number(start)
    }, 0)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request
    const path = url.replace(/^\/v1\/shares\/[0-9a-f]{40}/, '').replace(/\?.*/, '')
    const line = `${method} ${path} ${request.headers['content-range'] ?? ''}`.trim()
    try {
      const body = await readBody(request)
      await this.onCall(line)
      if (this.isDown) throw new Error('down')
      const fault = this.#fault(line)
      if (fault !== undefined) {
        answer(response, fault.fault.status, JSON.stringify(formatFault(fault)))
        return
      }
      const init = initOf(request, body, response)
      const passed = await this.pass({ line, url: this.#target() + url, init })
      const bytes = Buffer.from(await passed.arrayBuffer())
      if (passed.ok) this.log.push(line)
      answer(response, passed.status, bytes, passed.headers.get('content-range') ?? undefined)
    } catch {
      // The sender went away, the seed is not there, or it is to look so.
      request.socket.destroy()
    }
  }

  #fault(line: string): TransferError | undefined {
    const at = this.faults.findIndex(({ matches }) => matches.test(line))
    const [fault] = at < 0 ? [] : this.faults.splice(at, 1)
    return fault && new TransferError(fault.code, 'as the test told')
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

function initOf(
  { method = 'GET', headers }: IncomingMessage,
  body: Buffer<ArrayBuffer>,
  response: ServerResponse,
): RequestInit {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const passed = ['authorization', 'content-type', 'content-range', 'range']
  const kept = passed.flatMap((name) => {
    const value = headers[name]
    return typeof value === 'string' ? [[name, value] as const] : []
  })
  return {
    method,
    headers: Object.fromEntries(kept),
    signal: gone.signal,
    ...(method === 'GET' ? {} : { body }),
  }
}

function answer(
  response: ServerResponse,
  status: number,
  body: string | Buffer,
  range?: string,
): void {
  const headers = range === undefined ? {} : { 'content-range': range }
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body)
}
