import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { RawData, WebSocket } from 'ws'
import { TransferError } from '../../protocol/errors.ts'
import { parseClientMessage, type ClientMessage } from '../../protocol/room/client-message.ts'
import { MEMBER_ID_BYTES, memberIdOf } from '../../protocol/room/room-names.ts'
import type { Deliver, RoomBus } from '../bus/room-bus.ts'
import { AddressBook } from './address-book.ts'
import { ClientTable } from './client-table.ts'
import { Heartbeat } from './heartbeat.ts'
import { Member, type MemberEvent } from './member.ts'
import { RoomClient } from './room-client.ts'
import { RoomDesk, type DeskOptions } from './room-desk.ts'
import type { RoomRules } from './room-rules.ts'
import { createRoomServer } from './room-server.ts'

export type RoomsOptions = Omit<DeskOptions, 'stayMs'> &
  Readonly<{
    rules: RoomRules
    createBus: (deliver: Deliver) => RoomBus
    /** Told of what failed here and not at a client. */
    report: (error: unknown) => void
  }>

/** What asks to become a socket, and whose it is. */
type Visit = Readonly<{ request: IncomingMessage; socket: Duplex; head: Buffer; address: string }>

const CLOSE_GOING_AWAY = 1001
const CLOSE_POLICY = 1008
// Pings that may be missed before a member is out of its room by time alone.
const PINGS_PER_STAY = 3

/** The WebSockets of this process: who is in which room, and who says what to whom. SPEC.md §10.5. */
export class Rooms implements AsyncDisposable {
  readonly #options: RoomsOptions
  readonly #server = createRoomServer()
  readonly #book: AddressBook
  readonly #bus: RoomBus
  readonly #desk: RoomDesk
  readonly #heartbeat: Heartbeat
  readonly #clients = new ClientTable()
  #isClosed = false

  constructor(options: RoomsOptions) {
    const { rules, createBus } = options
    this.#options = options
    this.#book = new AddressBook(rules)
    this.#bus = createBus((to, text) => this.#clients.get(to)?.pass(text) ?? false)
    const stayMs = PINGS_PER_STAY * rules.pingMs
    this.#desk = new RoomDesk({ ...options, stayMs }, this.#bus, this.#clients)
    this.#heartbeat = new Heartbeat(rules.pingMs, {
      clients: () => this.#clients.values(),
      beat: (client) => this.#do(client, this.#desk.extend(client)),
      tick: () => this.#book.forgetIdle(options.nowMs()),
    })
  }

  get counts(): Readonly<{ relayed: number; gone: number; refused: number }> {
    return this.#desk.counts
  }

  get socketCount(): number {
    return this.#clients.size
  }

  get seedCount(): number {
    return this.#desk.seedCount
  }

  /**
   * Makes a request a WebSocket, or closes the connection.
   *
   * @throws {TransferError} TOO_MANY_REQUESTS, STORE_FULL if its address may open no socket now.
   */
  accept({ request, socket, head, address }: Visit): void {
    if (this.#isClosed) throw new TransferError('STORE_FULL', 'This server is about to stop.')
    this.#book.open(address, this.#options.nowMs())
    let isOpened = false
    // Answers at once, or ends the connection because it is no proper request.
    this.#server.handleUpgrade(request, socket, head, (opened) => {
      isOpened = true
      this.#open(opened, address)
    })
    if (!isOpened) this.#book.close(address, this.#options.nowMs())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    this.#heartbeat[Symbol.dispose]()
    for (const client of this.#clients.values()) {
      client.close(CLOSE_GOING_AWAY, 'This server is about to stop.')
    }
    await this.#bus[Symbol.asyncDispose]()
  }

  #open(socket: WebSocket, address: string): void {
    const id = memberIdOf(new Uint8Array(randomBytes(MEMBER_ID_BYTES)))
    const member = new Member(id, address, this.#options.rules)
    const client = new RoomClient(socket, member, Heartbeat.drawPart())
    this.#clients.add(client)
    socket.on('message', (data, isBinary) => this.#receive(client, data, isBinary))
    // Pings cost as much as messages.
    socket.on('ping', () => this.#admit(client))
    socket.on('pong', (data) => client.pong(data) || this.#admit(client))
    // What is wrong with a frame is for who sent it: `close` follows.
    socket.on('error', ignore)
    socket.on('close', () => this.#close(client))
    this.#desk.welcome(client)
  }

  #close(client: RoomClient): void {
    this.#book.close(client.member.address, this.#options.nowMs())
    this.#clients.delete(client)
    this.#desk.forget(client)
    this.#step(client, { type: 'closed' })
  }

  #receive(client: RoomClient, data: RawData, isBinary: boolean): void {
    if (!this.#admit(client)) return
    try {
      this.#step(client, parseData(data, isBinary))
    } catch (error) {
      this.#fail(client, error)
    }
  }

  /** @returns Whether what came may be looked at. */
  #admit(client: RoomClient): boolean {
    const nowMs = this.#options.nowMs()
    const { member } = client
    const verdict = member.admit(nowMs, this.#book.take(member.address, nowMs))
    if (verdict === 'closed') client.close(CLOSE_POLICY, 'Too many messages.')
    if (verdict === 'warned') this.#desk.refuse(client, tooMany())
    return verdict === 'taken'
  }

  #step(client: RoomClient, event: MemberEvent): void {
    const effects = client.member.step(event, this.#options.nowMs())
    if (effects.length > 0) this.#do(client, this.#desk.perform(client, effects))
  }

  #do(client: RoomClient, work: Promise<void>): void {
    work.catch((error: unknown) => this.#fail(client, error))
  }

  #fail(client: RoomClient, error: unknown): void {
    if (error instanceof TransferError) return this.#desk.refuse(client, error)
    this.#options.report(error)
    this.#desk.refuse(client, new TransferError('NODE_FAILED', 'Something failed here.'))
  }
}

function parseData(data: RawData, isBinary: boolean): ClientMessage {
  if (!isBinary && Buffer.isBuffer(data)) return parseClientMessage(data.toString())
  throw new TransferError('REQUEST_INVALID', 'The rooms take text only.')
}

function tooMany(): TransferError {
  return new TransferError('TOO_MANY_REQUESTS', 'Too many messages. Wait before you say more.')
}

function ignore(): void {
  // Nothing is to be done, and an error without a listener would end the process.
}
