import type { WebSocket } from 'ws'
import { ROOM_PASSED_UNSENT_BYTES_MAX, ROOM_UNSENT_BYTES_MAX } from '../../protocol/limits.ts'
import { formatServerMessage, type ServerMessage } from '../../protocol/room/server-message.ts'
import type { Member } from './member.ts'

/** Nothing fits behind it: no ping was sent, or the last one was answered. */
const NO_PING = -1

/** One socket and what it is. Each costs memory thousands of times: it holds nothing that can be worked out. */
export class RoomClient {
  readonly member: Member
  /** Which part of all sockets it is pinged with. */
  readonly part: number
  readonly #socket: WebSocket
  #awaitedPing = NO_PING

  constructor(socket: WebSocket, member: Member, part: number) {
    this.#socket = socket
    this.member = member
    this.part = part
  }

  /** Written here and not yet taken by the other end's system. */
  get unsentBytes(): number {
    return this.#socket.bufferedAmount
  }

  /** What another says to it: never why its socket ends. @returns false if it will not arrive. */
  pass(text: string): boolean {
    return this.unsentBytes <= ROOM_PASSED_UNSENT_BYTES_MAX && this.#send(text)
  }

  /** @returns false if it will not arrive. */
  say(message: ServerMessage): boolean {
    if (this.unsentBytes <= ROOM_UNSENT_BYTES_MAX) return this.#send(formatServerMessage(message))
    // It has not read for a long time, and what it asked for is memory here.
    this.cut()
    return false
  }

  /**
   * Asks for a sign of life, and ends it if the last one was not given.
   *
   * @param number - 32 bits that cannot be guessed: who does not read cannot answer.
   */
  ping(number: number): void {
    if (this.#awaitedPing !== NO_PING) return this.cut()
    if (this.#socket.readyState !== this.#socket.OPEN) return
    this.#awaitedPing = number
    const data = Buffer.allocUnsafe(4)
    data.writeUInt32BE(number)
    this.#socket.ping(data)
  }

  /** @returns Whether this was the answer to the last ping. */
  pong(data: Buffer): boolean {
    if (data.length !== 4 || data.readUInt32BE() !== this.#awaitedPing) return false
    this.#awaitedPing = NO_PING
    return true
  }

  /** Says why, and waits for nothing more. @param code - RFC 6455 §7.4.1. */
  close(code: number, reason: string): void {
    this.#socket.close(code, reason)
    this.cut()
  }

  cut(): void {
    this.#socket.terminate()
  }

  #send(text: string): boolean {
    if (this.#socket.readyState !== this.#socket.OPEN) return false
    this.#socket.send(text)
    return true
  }
}
