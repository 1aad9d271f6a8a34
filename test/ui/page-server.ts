import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { assert } from '../../protocol/errors.ts'

/** The headers of a page, from THREATS.md ("Hardening values"). */
export const pageHeaders = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob:",
    "media-src 'self' blob:",
    "connect-src 'self' https: wss:",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; '),
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
} as const

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Serves what Vite built, under a page's headers, on a free port of this machine. */
export class PageServer implements AsyncDisposable {
  readonly #folder: string
  readonly #server = createServer((request, response) => void this.#answer(request, response))
  /** Every path that was asked for, queries included. */
  readonly asked: string[] = []

  private constructor(folder: string) {
    this.#folder = folder
  }

  static async start(folder: string): Promise<PageServer> {
    const server = new PageServer(folder)
    server.#server.listen(0, '127.0.0.1')
    await once(server.#server, 'listening')
    return server
  }

  /** Of a loopback name, so that the browser takes it for a secure context. */
  get origin(): string {
    const address = this.#server.address()
    assert(typeof address === 'object' && address !== null, 'a server that listens')
    return `http://localhost:${address.port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.asked.push(request.url ?? '')
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname)
    const type = types[extname(path)]
    // Whatever is no file is the page: a link whose `#` became `%23` is a path.
    const file = type === undefined ? 'index.html' : path
    const body = await readFile(join(this.#folder, file)).catch(() => undefined)
    response.writeHead(body === undefined ? 404 : 200, {
      ...pageHeaders,
      'content-type': type ?? types['.html'],
      'cache-control': 'no-store',
    })
    response.end(body)
  }
}
