import { once } from 'node:events'
import { WebSocket } from 'ws'
import type { Bytes } from '../../../protocol/bytes.ts'
import { formatClientMessage, type ClientMessage } from '../../../protocol/room/client-message.ts'
import { formatPayload, type Payload } from '../../../protocol/room/payload.ts'
import {
  connectionIdOf,
  memberSecretOf,
  roomIdOf,
  type ConnectionId,
  type MemberId,
  type MemberSecret,
  type RoomId,
} from '../../../protocol/room/room-names.ts'
import { parseServerMessage, type ServerMessage } from '../../../protocol/room/server-message.ts'
import { fixedBytes } from '../../protocol/owner.ts'

type VisitOptions = Readonly<{
  origin?: string
  headers?: Record<string, string>
  localAddress?: string
}>

export const testRoom = (name: string): RoomId => roomIdOf(fixedBytes(`room ${name}`))
export const testSecret = (name: string): MemberSecret =>
  memberSecretOf(fixedBytes(`secret ${name}`))
export const testConnection = (name: string): ConnectionId =>
  connectionIdOf(fixedBytes(`connection ${name}`, 16))
export const testPayload = (name: string, sizeBytes = 100): Payload => {
  const bytes = new Uint8Array(sizeBytes)
  bytes.set(fixedBytes(`payload ${name}`))
  return formatPayload(bytes)
}

/** A real WebSocket in the rooms: says what a test asks for and hears one message after the other. */
export class RoomVisitor implements AsyncDisposable {
  readonly socket: WebSocket
  readonly #heard: ServerMessage[] = []
  #listener: ((message: ServerMessage) => void) | undefined
  #waiting: ((message: ServerMessage) => void) | undefined
  #welcome: (ServerMessage & { type: 'welcome' }) | undefined

  private constructor(socket: WebSocket) {
    this.socket = socket
    socket.on('message', (data: Buffer) => this.#hear(parseServerMessage(data.toString())))
    socket.on('error', () => undefined)
  }

  /** @param url - Of the signal server. @returns A visitor that was welcomed. */
  static async open(url: string, options: VisitOptions = {}): Promise<RoomVisitor> {
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/v1/rooms`, options)
    const visitor = new RoomVisitor(socket)
    const welcome = await Promise.race([visitor.next(), refused(socket)])
    if (welcome.type !== 'welcome') throw new Error(`no welcome but ${welcome.type}`)
    visitor.#welcome = welcome
    return visitor
  }

  get id(): MemberId {
    if (this.#welcome === undefined) throw new Error('not welcomed')
    return this.#welcome.member
  }

  get nonce(): Bytes {
    if (this.#welcome === undefined) throw new Error('not welcomed')
    return this.#welcome.nonce
  }

  /** Takes all that the server says from now on. */
  listen(take: (message: ServerMessage) => void): void {
    this.#listener = take
    for (const message of this.#heard.splice(0)) take(message)
  }

  say(message: ClientMessage): void {
    this.socket.send(formatClientMessage(message))
  }

  /** What the server says next, now or later. */
  async next(): Promise<ServerMessage> {
    const heard = this.#heard.shift()
    if (heard !== undefined) return heard
    return new Promise((resolve) => (this.#waiting = resolve))
  }

  async ask(message: ClientMessage): Promise<ServerMessage> {
    this.say(message)
    return this.next()
  }

  /** @returns Whom it was told of. */
  async join(room: RoomId, secret?: MemberSecret): Promise<readonly MemberId[]> {
    const shown = secret === undefined ? {} : { secret }
    const answer = await this.ask({ type: 'join', room, ...shown })
    if (answer.type !== 'peers') throw new Error(`no peers but ${JSON.stringify(answer)}`)
    return answer.peers
  }

  /** @returns The code it was closed with. */
  async closed(): Promise<number> {
    const [code] = (await once(this.socket, 'close')) as [number]
    return code
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.socket.readyState === WebSocket.CLOSED) return
    const closed = once(this.socket, 'close')
    this.socket.terminate()
    await closed
  }

  #hear(message: ServerMessage): void {
    if (this.#listener !== undefined) {
      this.#listener(message)
      return
    }
    const waiting = this.#waiting
    this.#waiting = undefined
    if (waiting === undefined) this.#heard.push(message)
    else waiting(message)
  }
}

/** The server's answer where it is no WebSocket. */
async function refused(socket: WebSocket): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  socket.once('unexpected-response', (_request, response) =>
    reject(new Error(`answered ${response.statusCode}`)),
  )
  socket.once('close', () => reject(new Error('closed')))
  return promise
}
