import type { Bytes } from '../../../protocol/bytes.ts'
import { TokenBucket } from '../../../protocol/custody/token-bucket.ts'
import { shareIdOf } from '../../../protocol/genesis.ts'
import { GENESIS_ANSWERS, MEMBERS_KNOWN_MAX } from '../../../protocol/limits.ts'
import {
  CONNECTION_ID_BYTES,
  connectionIdOf,
  type MemberId,
  type RoomId,
} from '../../../protocol/room/room-names.ts'
import type { ShareId } from '../../../protocol/share-id.ts'
import { trimOldest } from '../../../protocol/trim-oldest.ts'
import type { Letter, PeerPost } from './peer-post.ts'
import type { RoomClient, RoomEvent } from './room-client.ts'

export type LobbyEvent =
  | Readonly<{ type: 'room'; self: MemberId | undefined }>
  | Readonly<{ type: 'members'; members: readonly MemberId[] }>
  | Readonly<{ type: 'offer'; peer: MemberId }>
  /** Somebody showed it. It is the right one. */
  | Readonly<{ type: 'genesis'; genesis: Bytes }>

export type LobbyOptions = Readonly<{
  shareId: ShareId
  roomId: RoomId
  room: RoomClient
  post: PeerPost
  randomBytes: (count: number) => Bytes
  nowMs: () => number
  take: (event: LobbyEvent) => void
}>

/** Whoever knows nothing of the share asks again so often. */
const ASK_MS = 5000

/**
 * Between the room and the swarm. Nobody is called or answered before it is known what the sender of the share
 * allows: who knows no seed asks the others for the genesis first, through the signal server.
 */
export class Lobby implements Disposable {
  readonly #options: LobbyOptions
  readonly #answers = new TokenBucket(GENESIS_ANSWERS)
  /** Who was met, or called, before the genesis was known. */
  readonly #members = new Set<MemberId>()
  readonly #callers = new Set<MemberId>()
  #genesis: Bytes | undefined
  #isOpen = false
  #asking: ReturnType<typeof setInterval> | undefined

  constructor(options: LobbyOptions) {
    this.#options = options
  }

  /** In the room, or out of it. */
  setOpen(isOpen: boolean): void {
    if (this.#isOpen === isOpen) return
    this.#isOpen = isOpen
    const { room, roomId, take } = this.#options
    clearInterval(this.#asking)
    if (!isOpen) {
      room.exit()
      take({ type: 'room', self: undefined })
      return
    }
    room.enter(roomId)
    this.#enter()
    if (this.#genesis === undefined) this.#asking = setInterval(() => room.find(), ASK_MS)
  }

  /** From now on others may be met. */
  setGenesis(genesis: Bytes): void {
    if (this.#genesis !== undefined) return
    this.#genesis = genesis
    clearInterval(this.#asking)
    const { take } = this.#options
    this.#enter()
    const [members, callers] = [[...this.#members], [...this.#callers]]
    this.#members.clear()
    this.#callers.clear()
    if (!this.#isOpen) return
    if (members.length > 0) take({ type: 'members', members })
    for (const peer of callers) take({ type: 'offer', peer })
  }

  takeRoom(event: Extract<RoomEvent, { type: 'welcome' | 'away' | 'peers' }>): void {
    if (!this.#isOpen) return
    const { take } = this.#options
    if (event.type === 'welcome') this.#enter()
    else if (event.type === 'away') take({ type: 'room', self: undefined })
    else if (this.#genesis !== undefined) take({ type: 'members', members: event.peers })
    else for (const member of event.peers) this.#meet(member, this.#members)
  }

  /** A member calls us. */
  takeOffer(peer: MemberId): void {
    if (!this.#isOpen) return
    if (this.#genesis !== undefined) this.#options.take({ type: 'offer', peer })
    else this.#meet(peer, this.#callers)
  }

  /** @returns False if it is no word for the lobby. */
  takeLetter({ from, connection, word }: Letter): boolean {
    switch (word.type) {
      case 'ask-genesis':
        this.#tell(from, connection)
        return true
      case 'genesis':
        this.#take(word.genesis)
        return true
      default:
        return false
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#asking)
  }

  /** The signal server may have been there before we were to be in the room, or it before the genesis. */
  #enter(): void {
    const { room, take } = this.#options
    const isKnown = this.#genesis !== undefined && room.self !== undefined
    if (isKnown && this.#isOpen) take({ type: 'room', self: room.self })
  }

  #meet(peer: MemberId, waiting: Set<MemberId>): void {
    waiting.add(peer)
    trimOldest(waiting, MEMBERS_KNOWN_MAX)
    const { post, randomBytes } = this.#options
    const connection = connectionIdOf(randomBytes(CONNECTION_ID_BYTES))
    post.say(peer, connection, { type: 'ask-genesis' })
    post.forget(connection)
  }

  #tell(to: MemberId, connection: Letter['connection']): void {
    const { post, nowMs } = this.#options
    if (this.#genesis === undefined || !this.#isOpen || !this.#answers.take(nowMs())) return
    post.say(to, connection, { type: 'genesis', genesis: this.#genesis })
    post.forget(connection)
  }

  #take(genesis: Bytes): void {
    const isRight = shareIdOf(genesis) === this.#options.shareId
    if (this.#genesis === undefined && isRight) this.#options.take({ type: 'genesis', genesis })
  }
}
