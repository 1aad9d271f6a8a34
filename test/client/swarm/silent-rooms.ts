import { once } from 'node:events'
import { WebSocketServer, type WebSocket } from 'ws'
import { parseClientMessage } from '../../../protocol/room/client-message.ts'
import { memberIdOf, MEMBER_ID_BYTES } from '../../../protocol/room/room-names.ts'
import { WELCOME_NONCE_BYTES } from '../../../protocol/room/seed-proof.ts'
import { formatServerMessage, type ServerMessage } from '../../../protocol/room/server-message.ts'
import { fixedBytes } from '../../protocol/owner.ts'

/** Rooms that say who is there once, and then nothing, as a connection does that is dead. */
export class SilentRooms implements AsyncDisposable {
  readonly heard: string[] = []
  /** It calls everyone so. */
  readonly member = memberIdOf(fixedBytes('member', MEMBER_ID_BYTES))
  /** With each `join`. */
  readonly secrets: (string | undefined)[] = []
  readonly #server: WebSocketServer

  private constructor(server: WebSocketServer) {
    this.#server = server
    server.on('connection', (socket) => this.#welcome(socket))
  }

  static async open(): Promise<SilentRooms> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
    await once(server, 'listening')
    return new SilentRooms(server)
  }

  get url(): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    return `http://127.0.0.1:${address.port}`
  }

  /** Sockets that are open. */
  get count(): number {
    return this.#server.clients.size
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#server.clients) socket.terminate()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #welcome(socket: WebSocket): void {
    const say = (message: ServerMessage): void => socket.send(formatServerMessage(message))
    say({ type: 'welcome', member: this.member, nonce: new Uint8Array(WELCOME_NONCE_BYTES) })
    socket.on('message', (data: Buffer) => {
      const message = parseClientMessage(data.toString())
      const { type } = message
      this.heard.push(type)
      if (message.type === 'join') {
        this.secrets.push(message.secret)
        say({ type: 'peers', peers: [] })
      }
      if (type === 'seed') say({ type: 'seed' })
    })
  }
}
