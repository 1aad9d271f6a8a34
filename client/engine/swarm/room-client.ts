import type { Bytes } from '../../../protocol/bytes.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { formatClientMessage, type ClientMessage } from '../../../protocol/room/client-message.ts'
import {
  deriveMemberId,
  MEMBER_SECRET_BYTES,
  memberSecretOf,
  type ConnectionId,
  type MemberId,
  type MemberSecret,
  type RoomId,
} from '../../../protocol/room/room-names.ts'
import { parseServerMessage, type ServerMessage } from '../../../protocol/room/server-message.ts'

export type RoomEvent =
  /** The signal server is there, and calls us so: the first time, or again. */
  | Readonly<{ type: 'welcome'; self: MemberId }>
  /** It is away. Connections go on without it; it is looked for. */
  | Readonly<{ type: 'away' }>
  | Extract<ServerMessage, { type: 'peers' | 'relay' | 'gone' }>

type RoomClientOptions = Readonly<{
  /** Origin of the signal server. */
  url: string
  take: (event: RoomEvent) => void
  /** 0 to 1, so that not all come back at once. */
  random: () => number
  /**
   * Draws what keeps us our name in the one room that we enter; without it the name is another each time. It is new with
   * each client, as is the memory of what was opened: no envelope from before that opens under it.
   */
  randomBytes?: (count: number) => Bytes
  /** A seed's: what shows that this socket is its own. Nobody is welcome before it was taken. */
  prove?: (nonce: Bytes) => Bytes
}>

const RETRY_MS = 1000
const RETRY_MS_MAX = 30_000
/** A question that is not answered by then: the server is gone, though nobody closed the connection. */
const ANSWER_MS = 20_000
/** Whoever only waits to be called hears no more of a dead connection than of a quiet one: so it is asked. */
const SILENCE_MS = 60_000

/** What the server did not take may have been our `join`, without which nobody meets us: it is said again. */
const REJOIN_MS = 5000

/** Calls that wait until the server is there. */
const WAITING_MAX = 64

type Call = Extract<ClientMessage, { type: 'call' }>

/**
 * One WebSocket to the rooms of the signal server, from when it is first needed. Where it breaks it is opened
 * again, sooner or later; nothing that is connected depends on it.
 */
export class RoomClient implements Disposable {
  readonly #options: RoomClientOptions
  #socket: WebSocket | undefined
  #self: MemberId | undefined
  readonly #secret: MemberSecret | undefined
  /** What a `join` shows of it: nothing where the server does not know what it is. */
  #shown: { secret?: MemberSecret } = {}
  #room: RoomId | undefined
  #tries = 0
  #retryTimer: ReturnType<typeof setTimeout> | undefined
  #answerTimer: ReturnType<typeof setTimeout> | undefined
  #silenceTimer: ReturnType<typeof setTimeout> | undefined
  #rejoinTimer: ReturnType<typeof setTimeout> | undefined
  #isStarted = false
  #hasBegun = false
  #isOver = false
  #waiting: Call[] = []

  constructor(options: RoomClientOptions) {
    this.#options = options
    const bytes = options.randomBytes?.(MEMBER_SECRET_BYTES)
    this.#secret = bytes && memberSecretOf(bytes)
  }

  /** What others of the room call us; undefined while the server is away. */
  get self(): MemberId | undefined {
    return this.#self
  }

  /** Comes into a room, now and whenever the server is back. Its answer says who is there. */
  enter(room: RoomId): void {
    if (this.#room === room) return
    this.#room = room
    this.start()
    this.#join()
  }

  exit(): void {
    if (this.#room === undefined) return
    this.#room = undefined
    if (this.#self !== undefined) this.say({ type: 'leave' })
  }

  /** Asks who else is in the room. */
  find(): void {
    if (this.#room !== undefined) this.#ask({ type: 'peers' })
  }

  /** Lost where the server is away, but for calls: whoever said it tries again, or somebody else. */
  say(message: ClientMessage): void {
    this.start()
    if (this.#self !== undefined) this.#socket?.send(formatClientMessage(message))
    else if (message.type === 'call' && this.#waiting.length < WAITING_MAX) {
      this.#waiting.push(message)
    }
  }

  /** What waits to be said for this connection need not be said any more. */
  forget(connection: ConnectionId): void {
    this.#waiting = this.#waiting.filter((call) => call.connection !== connection)
  }

  [Symbol.dispose](): void {
    this.#isOver = true
    this.#self = undefined
    this.#clearTimers()
    clearTimeout(this.#rejoinTimer)
    this.#socket?.close()
  }

  #ask(message: ClientMessage): void {
    if (this.#self === undefined) return
    this.say(message)
    this.#answerTimer ??= setTimeout(() => this.#lose(), ANSWER_MS)
  }

  /** Looks for the server, if that was not done before. */
  start(): void {
    if (this.#isStarted || this.#isOver) return
    this.#isStarted = true
    this.#open()
  }

  #open(): void {
    const address = new URL('/v1/rooms', this.#options.url)
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:'
    const socket = new WebSocket(address)
    this.#socket = socket
    socket.addEventListener('message', ({ data }) => this.#hear(socket, data))
    socket.addEventListener('close', () => this.#lose(socket))
    // What follows is `close`.
    socket.addEventListener('error', () => undefined)
    this.#answerTimer = setTimeout(() => this.#lose(socket), ANSWER_MS)
  }

  #hear(socket: WebSocket, data: unknown): void {
    if (socket !== this.#socket || this.#isOver) return
    this.#clearTimers()
    // Where there is no room to tell of it is refused, which is an answer as well.
    this.#silenceTimer = setTimeout(() => this.#takeSilence(), SILENCE_MS)
    try {
      this.#take(parseServerMessage(typeof data === 'string' ? data : ''))
    } catch (cause) {
      if (!(cause instanceof TransferError)) throw cause
      // Whatever answers there is no signal server, or not one of our time.
      this.#lose(socket)
    }
  }

  #take(message: ServerMessage): void {
    switch (message.type) {
      case 'welcome':
        this.#takeWelcome(message)
        break
      case 'seed':
        if (this.#self !== undefined) this.#begin(this.#self)
        break
      case 'peers':
      case 'relay':
      case 'gone':
        this.#options.take(message)
        break
      case 'fault':
        // A proof is taken once a socket.
        if (this.#options.prove !== undefined && !this.#hasBegun) this.#lose()
        else this.#rejoinTimer ??= this.#afterAbout(REJOIN_MS, () => this.#rejoin())
    }
  }

  #takeWelcome({ member, nonce, secrets }: Extract<ServerMessage, { type: 'welcome' }>): void {
    const { prove } = this.#options
    const secret = secrets === true ? this.#secret : undefined
    this.#shown = secret === undefined ? {} : { secret }
    this.#self = secret === undefined ? member : deriveMemberId(secret)
    if (prove === undefined) this.#begin(this.#self)
    else this.#ask({ type: 'seed', proof: prove(nonce) })
  }

  #join(): void {
    if (this.#room !== undefined) this.#ask({ type: 'join', room: this.#room, ...this.#shown })
  }

  #rejoin(): void {
    this.#rejoinTimer = undefined
    this.#join()
  }

  #begin(self: MemberId): void {
    this.#hasBegun = true
    this.#tries = 0
    this.#join()
    for (const waiting of this.#waiting.splice(0)) this.say(waiting)
    this.#options.take({ type: 'welcome', self })
  }

  /** Who asks seeds only needs the server while one is called. */
  get #isNeeded(): boolean {
    const isSeed = this.#options.prove !== undefined
    return isSeed || this.#room !== undefined || this.#waiting.length > 0
  }

  #takeSilence(): void {
    if (this.#isNeeded) this.#ask({ type: 'peers' })
    else this.#lose()
  }

  #lose(socket = this.#socket): void {
    if (socket !== this.#socket || this.#isOver) return
    const wasThere = this.#hasBegun
    this.#hasBegun = false
    this.#socket = undefined
    this.#self = undefined
    this.#clearTimers()
    socket?.close()
    // Looked for again when something is to be said there.
    this.#isStarted = this.#isNeeded
    if (this.#isStarted) this.#retry()
    if (wasThere) this.#options.take({ type: 'away' })
  }

  #retry(): void {
    const pauseMs = Math.min(RETRY_MS_MAX, RETRY_MS * 2 ** this.#tries)
    this.#tries += 1
    this.#retryTimer = this.#afterAbout(pauseMs, () => this.#open())
  }

  #afterAbout(ms: number, run: () => void): ReturnType<typeof setTimeout> {
    return setTimeout(run, ms * (0.5 + this.#options.random()))
  }

  #clearTimers(): void {
    clearTimeout(this.#retryTimer)
    clearTimeout(this.#silenceTimer)
    clearTimeout(this.#answerTimer)
    this.#answerTimer = undefined
  }
}
