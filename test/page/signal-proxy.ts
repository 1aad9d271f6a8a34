import { once } from 'node:events'
import { createServer, request, type IncomingMessage, type Server } from 'node:http'
import { type RawData, WebSocket, WebSocketServer } from 'ws'

/** One message between a page and the rooms. */
export type Overheard = Readonly<{
  /** Which of the sockets, in the order in which they came. */
  socket: number
  way: 'from-page' | 'to-page'
  text: string
}>

/** What becomes of a message; undefined lets it go on as it is. */
export type Meddle = (message: Overheard) => string | undefined

/** Stands before a signal server as its owner could: passes everything on, hears the rooms, and may change them. */
export class SignalProxy implements AsyncDisposable {
  readonly url: string
  readonly overheard: Overheard[] = []
  meddle: Meddle = () => undefined
  readonly #server: Server
  readonly #target: string
  readonly #rooms = new WebSocketServer({ noServer: true })
  #socketCount = 0

  private constructor(server: Server, target: string) {
    const address = server.address()
    this.url = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`
    this.#server = server
    this.#target = target
    server.on('upgrade', (asked: IncomingMessage, socket, head) => {
      this.#rooms.handleUpgrade(asked, socket, head, (page) => this.#join(page, asked.url ?? ''))
    })
  }

  /** @param target - Origin of the signal server. */
  static async start(target: string): Promise<SignalProxy> {
    const server = createServer((asked, answer) => {
      const { method, headers } = asked
      const passed = request(new URL(asked.url ?? '', target), { method, headers }, (from) => {
        answer.writeHead(from.statusCode ?? 502, from.headers)
        from.pipe(answer)
      })
      passed.on('error', () => answer.destroy())
      asked.pipe(passed)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new SignalProxy(server, target)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const page of this.#rooms.clients) page.terminate()
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #join(page: WebSocket, path: string): void {
    const socket = this.#socketCount
    this.#socketCount += 1
    const rooms = new WebSocket(new URL(path, this.#target.replace('http', 'ws')))
    // Whoever is heard before the other end is there waits.
    const isOpen = once(rooms, 'open').catch(() => undefined)
    page.on('message', (data) => {
      const text = this.#hear({ socket, way: 'from-page', text: textOf(data) })
      void isOpen.then(() => rooms.send(text, () => undefined))
    })
    rooms.on('message', (data) => {
      page.send(this.#hear({ socket, way: 'to-page', text: textOf(data) }), () => undefined)
    })
    rooms.on('error', () => page.terminate())
    rooms.on('close', () => page.close())
    page.on('close', () => rooms.terminate())
  }

  #hear(message: Overheard): string {
    this.overheard.push(message)
    return this.meddle(message) ?? message.text
  }
}

/** Of a message that came in one piece, as all texts of `ws` do. */
function textOf(data: RawData): string {
  return data instanceof Buffer ? data.toString() : ''
}
