import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { WebSocket, WebSocketServer } from 'ws'

/**
 * What a message becomes on its way: what is delivered instead of it, in this order.
 *
 * @param client - Which client it is from or to, in the order in which they came.
 */
export type Meddle = (text: string, to: 'client' | 'server', client: number) => readonly string[]

/** A signal server that changes what passes its rooms: a real one behind one who listens to all, and speaks for all. */
export class MeddlingSignal implements AsyncDisposable {
  readonly url: string
  readonly #server: WebSocketServer

  private constructor(server: WebSocketServer) {
    this.#server = server
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  /** @param url - Of the real one. */
  static async start(url: string, meddle: Meddle): Promise<MeddlingSignal> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
    await once(server, 'listening')
    let clientCount = 0
    server.on('connection', (client) => {
      const place = clientCount
      clientCount += 1
      const real = new WebSocket(`${url.replace(/^http/, 'ws')}/v1/rooms`)
      const isOpen = once(real, 'open')
      const pass = async (data: Buffer): Promise<void> => {
        await isOpen
        for (const text of meddle(data.toString(), 'server', place)) real.send(text)
      }
      client.on('message', (data: Buffer) => void pass(data))
      real.on('message', (data: Buffer) => {
        for (const text of meddle(data.toString(), 'client', place)) client.send(text)
      })
      client.on('close', () => real.close())
      real.on('close', () => client.close())
      real.on('error', () => client.terminate())
    })
    return new MeddlingSignal(server)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#server.clients) client.terminate()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
