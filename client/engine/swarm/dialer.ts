import type { Bytes } from '../../../protocol/bytes.ts'
import { TransferError } from '../../../protocol/errors.ts'
import type { IceServer } from '../../../protocol/http/signal-json.ts'
import type { Seed } from '../../../protocol/record/directory.ts'
import { free } from '../../../protocol/memory.ts'
import { formatPayload, parsePayload } from '../../../protocol/room/payload.ts'
import {
  CONNECTION_ID_BYTES,
  connectionIdOf,
  type ConnectionId,
  type MemberId,
} from '../../../protocol/room/room-names.ts'
import { parseRtcSignal, type RtcSignal } from '../../../protocol/room/rtc-signal.ts'
import { encodeSeedSignal, isSeedBusy, openSeedSignal } from '../../../protocol/room/seed-answer.ts'
import type { ServerMessage } from '../../../protocol/room/server-message.ts'
import type { PeerId } from '../../../protocol/swarm/peer-id.ts'
import type { RtcCloseReason, RtcEvent, RtcPort } from '../net/rtc-port.ts'
import { DialLink } from './dial-link.ts'
import { OfferDesk } from './offer-desk.ts'
import type { PeerPost } from './peer-post.ts'
import type { RoomClient } from './room-client.ts'

export type DialEvent =
  /** A member calls: `accept` or `refuse`. */
  | Readonly<{ type: 'offer'; peer: MemberId }>
  | Readonly<{ type: 'open'; peer: PeerId }>
  /** The connection is gone, or never came about; broken: the other end did what no honest one does. */
  | Readonly<{ type: 'close' | 'unreachable' | 'broken'; peer: PeerId }>
  /** Whom we called is not at the signal server just now. */
  | Readonly<{ type: 'gone'; peer: PeerId }>
  /** The thread that has WebRTC makes no connection more just now. */
  | Readonly<{ type: 'full'; peer: PeerId }>
  /** The seed that was called has no place just now. */
  | Readonly<{ type: 'busy'; peer: PeerId }>
  | Readonly<{ type: 'message'; peer: PeerId; bytes: Bytes }>
  /** How much of what was given to its channel still waits on this side of it. */
  | Readonly<{ type: 'sent'; peer: PeerId; unsentBytes: number }>

export type DialerOptions = Readonly<{
  port: RtcPort
  room: RoomClient
  post: PeerPost
  iceServers: () => readonly IceServer[]
  /** Nothing but relayed candidates may leave for a member of the room, or for a seed. */
  isRelayOnly: (isSeed: boolean) => boolean
  randomBytes: (count: number) => Bytes
  take: (event: DialEvent) => void
}>

/** Ends of connections that the other end is to blame for. */
const dishonest: ReadonlySet<RtcCloseReason> = new Set<RtcCloseReason>([
  'oversized',
  'text',
  'channels',
  'signal',
  'flood',
])
/** Between the last word and the end of a connection: the word is to get there. */
const LAST_WORD_MS = 250

/** Makes, answers and closes connections: one to a peer or seed at a time, found through the signal server. */
export class Dialer implements Disposable {
  readonly #options: DialerOptions
  readonly #links = new Map<PeerId, DialLink>()
  readonly #byConnection = new Map<ConnectionId, DialLink>()
  readonly #byLine = new Map<string, DialLink>()
  readonly #offers = new OfferDesk()
  readonly #stopListening: () => void

  constructor(options: DialerOptions) {
    this.#options = options
    this.#stopListening = options.port.listen((event) => this.#takeRtc(event))
  }

  /** Members of the room to whom a connection is there or being made. */
  get members(): MemberId[] {
    return [...this.#links.values()].flatMap(({ to }) => (typeof to === 'string' ? [to] : []))
  }

  /** Calls a member of the room. */
  connect(peer: MemberId): void {
    this.#start(this.#linkTo(peer, this.#newId()), true)
  }

  /** Calls a seed, wherever it is. */
  call(seed: Seed): void {
    this.#start(this.#linkTo(seed, this.#newId()), true)
  }

  /** Answers the offer of a member. */
  accept(peer: MemberId): void {
    const offer = this.#offers.take(peer)
    if (offer === undefined) return
    // C07: a name that somebody else took first is theirs.
    if (this.#byConnection.has(offer.connection)) {
      this.#options.take({ type: 'unreachable', peer })
      return
    }
    const link = this.#linkTo(peer, offer.connection)
    this.#start(link, false)
    for (const signal of offer.signals) this.#hear(link, signal)
  }

  /** Forgets the offer of a member. */
  refuse(peer: MemberId): void {
    this.#offers.take(peer)
  }

  send(peer: PeerId, bytes: Bytes): void {
    const link = this.#links.get(peer)
    if (link === undefined) return
    link.unsentBytes += bytes.length
    this.#options.port.send({ type: 'send', connection: link.line, bytes })
  }

  /** Ends a connection once what was said is out, or gives a call up. */
  disconnect(peer: PeerId): void {
    const link = this.#links.get(peer)
    if (link === undefined) return
    this.#links.delete(peer)
    link.isLeft = true
    if (link.isOpen) setTimeout(() => this.#close(link), LAST_WORD_MS)
    else this.#close(link)
  }

  /** Takes what a member said to get connected. */
  hear(from: MemberId, connection: ConnectionId, signal: RtcSignal): void {
    const link = this.#byConnection.get(connection)
    if (link !== undefined) {
      if (link.to === from && !link.isLeft) this.#hear(link, signal)
      return
    }
    if (this.#offers.put(from, connection, signal))
      this.#options.take({ type: 'offer', peer: from })
  }

  /** Takes what a seed said to our call. @returns False if it is none of our calls. */
  hearSeed({ connection, payload }: Extract<ServerMessage, { type: 'relay' }>): boolean {
    const link = this.#byConnection.get(connection)
    if (link === undefined || typeof link.to === 'string') return false
    if (link.isLeft) return true
    try {
      const said = parsePayload(payload)
      if (isSeedBusy(said)) this.#lose(link, 'busy')
      else this.#hear(link, openSeedSignal(said, link, link.to.key))
    } catch (cause) {
      if (!(cause instanceof TransferError)) throw cause
      this.#lose(link)
    }
    return true
  }

  /**
   * Gives up calls for which the signal server was, or is, to pass something on: what was said while it is away is lost.
   *
   * @param areAnswered - Those that are, and not open yet; or those that are not.
   * @returns Whom they were to, or came from. They are not told of otherwise.
   */
  giveUpCalls(areAnswered: boolean): PeerId[] {
    const calls = [...this.#links.values()].filter(
      ({ isAnswered, isOpen }) => !isOpen && isAnswered === areAnswered,
    )
    for (const { peer } of calls) this.disconnect(peer)
    return calls.map(({ peer }) => peer)
  }

  /** What was said for this connection reached nobody. */
  hearGone(connection: ConnectionId): void {
    const link = this.#byConnection.get(connection)
    if (link !== undefined && !link.isOpen) this.#lose(link, 'gone')
  }

  [Symbol.dispose](): void {
    for (const link of this.#byLine.values()) this.#close(link)
    this.#links.clear()
    this.#stopListening()
  }

  #start(link: DialLink, isInitiator: boolean): void {
    const { port, iceServers, isRelayOnly } = this.#options
    this.disconnect(link.peer)
    this.#links.set(link.peer, link)
    this.#byConnection.set(link.connection, link)
    this.#byLine.set(link.line, link)
    const isSeed = typeof link.to !== 'string'
    const ice = { iceServers: iceServers(), isRelayOnly: isRelayOnly(isSeed) }
    port.send({ type: 'connect', connection: link.line, isInitiator, ...ice })
  }

  #hear(link: DialLink, signal: RtcSignal): void {
    try {
      link.budget.take(signal)
    } catch (cause) {
      if (!(cause instanceof TransferError)) throw cause
      this.#lose(link)
      return
    }
    link.isAnswered = true
    const text = JSON.stringify(signal)
    this.#options.port.send({ type: 'signal', connection: link.line, text })
  }

  #takeRtc(event: RtcEvent): void {
    const link = this.#byLine.get(event.connection)
    if (link === undefined) return
    const { peer } = link
    switch (event.type) {
      case 'signal':
        this.#say(link, event.text)
        break
      case 'open':
        link.isOpen = true
        if (!link.isLeft) this.#options.take({ type: 'open', peer })
        break
      case 'message':
        if (!link.isLeft) this.#options.take({ type: 'message', peer, bytes: event.bytes })
        break
      case 'sent':
        link.unsentBytes -= event.bytes
        for (const bytes of event.used) free(bytes)
        if (link.isLeft) break
        this.#options.take({ type: 'sent', peer, unsentBytes: link.unsentBytes })
        break
      case 'close':
        if (!link.isLeft && dishonest.has(event.reason))
          this.#options.take({ type: 'broken', peer })
        this.#lose(link, event.reason === 'limit' ? 'full' : 'unreachable')
    }
  }

  #say(link: DialLink, text: string): void {
    const signal = readSignal(text)
    if (signal === undefined || link.isLeft) return
    const { post, room } = this.#options
    const { connection, to } = link
    if (typeof to === 'string') {
      post.say(to, connection, signal)
      return
    }
    if (signal.type === 'offer') link.offer = signal.sdp
    const payload = formatPayload(encodeSeedSignal(signal))
    room.say({ type: 'call', seed: to.id, connection, payload })
  }

  /** @param why - If it was never made. */
  #lose(link: DialLink, why: 'unreachable' | 'gone' | 'full' | 'busy' = 'unreachable'): void {
    const { peer, isLeft, isOpen } = link
    if (this.#links.get(peer) === link) this.#links.delete(peer)
    link.isLeft = true
    this.#close(link)
    if (!isLeft) this.#options.take({ type: isOpen ? 'close' : why, peer })
  }

  #close({ connection, line }: DialLink): void {
    if (!this.#byLine.delete(line)) return
    this.#byConnection.delete(connection)
    this.#options.post.forget(connection)
    this.#options.room.forget(connection)
    this.#options.port.send({ type: 'close', connection: line })
  }

  #linkTo(to: MemberId | Seed, connection: ConnectionId): DialLink {
    return new DialLink(to, connection, this.#newId())
  }

  #newId(): ConnectionId {
    return connectionIdOf(this.#options.randomBytes(CONNECTION_ID_BYTES))
  }
}

/** Undefined for what a WebRTC library says besides descriptions and candidates. */
function readSignal(text: string): RtcSignal | undefined {
  try {
    return parseRtcSignal(text)
  } catch (cause) {
    if (cause instanceof TransferError) return undefined
    throw cause
  }
}
