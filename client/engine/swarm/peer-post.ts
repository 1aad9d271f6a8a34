import type { Bytes } from '../../../protocol/bytes.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { ENVELOPES_PER_CONNECTION_MAX, NONCE_BYTES } from '../../../protocol/limits.ts'
import { formatPayload, parsePayload } from '../../../protocol/room/payload.ts'
import { decodePeerWord, encodePeerWord, type PeerWord } from '../../../protocol/room/peer-word.ts'
import { decodeId, type ConnectionId, type MemberId } from '../../../protocol/room/room-names.ts'
import type { ServerMessage } from '../../../protocol/room/server-message.ts'
import { EnvelopeGate } from '../../../protocol/wire/envelope-gate.ts'
import { sealEnvelope } from '../../../protocol/wire/envelope.ts'
import type { RoomClient } from './room-client.ts'

type Relay = Extract<ServerMessage, { type: 'relay' }>

/** Something that a holder of the link said to us. */
export type Letter = Readonly<{ from: MemberId; connection: ConnectionId; word: PeerWord }>

type PostOptions = Readonly<{
  swarmKey: Bytes
  room: RoomClient
  randomBytes: (count: number) => Bytes
  take: (letter: Letter) => void
  /** Told of a mistake of ours that somebody's words led to: whoever speaks next is heard. */
  onError: (error: unknown) => void
}>

/** Envelopes between us and other members of the room, each way in the order in which they were given. */
export class PeerPost {
  readonly #options: PostOptions
  readonly #gate: EnvelopeGate
  readonly #counts = new Map<ConnectionId, number>()
  #sending: Promise<void> = Promise.resolve()
  #opening: Promise<void> = Promise.resolve()

  constructor(options: PostOptions) {
    this.#options = options
    this.#gate = new EnvelopeGate(options.swarmKey)
  }

  /** Lost where the signal server is away, and beyond what one connection may say. */
  say(to: MemberId, connection: ConnectionId, word: PeerWord): void {
    const count = this.#counts.get(connection) ?? 0
    const { self } = this.#options.room
    if (self === undefined || count >= ENVELOPES_PER_CONNECTION_MAX) return
    this.#counts.set(connection, count + 1)
    this.#sending = this.#sending.then(() => this.#send({ self, to, connection, count }, word))
  }

  /** What does not open is the signal server's doing, and no peer is to blame. */
  take(relay: Relay): void {
    const { self } = this.#options.room
    if (self === undefined) return
    const { onError } = this.#options
    this.#opening = this.#opening.then(() => this.#receive(self, relay)).catch(onError)
  }

  /** Nothing is said about it any more. */
  forget(connection: ConnectionId): void {
    this.#counts.delete(connection)
  }

  async #receive(self: MemberId, relay: Relay): Promise<void> {
    const word = await this.#open(self, relay)
    const { from, connection } = relay
    if (word !== undefined) this.#options.take({ from, connection, word })
  }

  async #send(
    route: { self: MemberId; to: MemberId; connection: ConnectionId; count: number },
    word: PeerWord,
  ): Promise<void> {
    const { swarmKey, randomBytes, room } = this.#options
    const { self, to, connection, count } = route
    const envelope = await sealEnvelope({
      swarmKey,
      route: routeOf(self, to, connection),
      count,
      nonce: randomBytes(NONCE_BYTES),
      text: encodePeerWord(word),
    })
    room.say({ type: 'relay', to, connection, payload: formatPayload(envelope) })
  }

  async #open(self: MemberId, { from, connection, payload }: Relay): Promise<PeerWord | undefined> {
    try {
      const route = routeOf(from, self, connection)
      return decodePeerWord(await this.#gate.open(route, parsePayload(payload)))
    } catch (cause) {
      if (cause instanceof TransferError) return undefined
      throw cause
    }
  }
}

function routeOf(
  from: MemberId,
  to: MemberId,
  connection: ConnectionId,
): Readonly<{ from: Bytes; to: Bytes; connection: Bytes }> {
  return { from: decodeId(from), to: decodeId(to), connection: decodeId(connection) }
}
