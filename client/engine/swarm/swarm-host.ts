import type { Bytes } from '../../../protocol/bytes.ts'
import { decodeGenesis, type Genesis } from '../../../protocol/genesis.ts'
import { deriveReadToken, deriveRoomId, deriveSwarmKey } from '../../../protocol/key-schedule.ts'
import type { Seed } from '../../../protocol/record/directory.ts'
import { parseMemberId, roomIdOf } from '../../../protocol/room/room-names.ts'
import type { PeerId } from '../../../protocol/swarm/peer-id.ts'
import { Swarm } from '../../../protocol/swarm/swarm.ts'
import type { SwarmEffect, SwarmEvent } from '../../../protocol/swarm/swarm-event.ts'
import { Dialer, type DialEvent } from './dialer.ts'
import { hasRelay } from '../net/has-relay.ts'
import { Lobby, type LobbyEvent } from './lobby.ts'
import { PeerPost, type Letter } from './peer-post.ts'
import { PeerSource } from './peer-source.ts'
import { strictest, type Privacy } from './privacy.ts'
import { RoomClient, type RoomEvent } from './room-client.ts'
import { SeedCalls } from './seed-calls.ts'
import { ShelfDesk } from './shelf-desk.ts'
import { SwarmDriver, type DialEffect } from './swarm-driver.ts'
import type { SwarmHostOptions, SwarmState } from './swarm-options.ts'
import { seedName } from '../seed-name.ts'

const LOOK_MS = 2000

export type HostNews = Extract<
  SwarmEvent,
  { type: 'held' | 'dropped' | 'unkept' | 'complete' | 'seek' | 'serving' | 'daily-bound' }
>

/**
 * One share's swarm as this machine takes part in it: meets others in the room, answers them from its shelf, and
 * brings them and called seeds as sources. Where the signal server is away, what is connected goes on.
 */
export class SwarmHost implements Disposable {
  readonly #options: SwarmHostOptions
  readonly #swarm: Swarm
  readonly #driver: SwarmDriver
  readonly #room: RoomClient
  readonly #post: PeerPost
  readonly #dialer: Dialer
  readonly #lobby: Lobby
  readonly #calls = new SeedCalls()
  readonly #genesis = Promise.withResolvers<Bytes>()
  #known: Genesis | undefined
  #privacy: Privacy
  #applied: Privacy
  readonly #looking: ReturnType<typeof setInterval>

  constructor(options: SwarmHostOptions) {
    this.#options = options
    this.#privacy = options.privacy
    const { shareId, helpKey, dailyBytesMax, random, randomBytes, nowMs, port, shelf } = options
    const hear = (event: RoomEvent): void => this.#takeRoom(event)
    const room = new RoomClient({ url: options.url, random, randomBytes, take: hear })
    const swarmKey = deriveSwarmKey(helpKey, shareId)
    const { onError } = options
    const read = (letter: Letter): void => this.#read(letter)
    const post = new PeerPost({ swarmKey, room, randomBytes, take: read, onError })
    this.#room = room
    this.#post = post
    this.#dialer = new Dialer({
      port,
      room,
      post,
      iceServers: options.iceServers,
      // A relay may go away at any moment: no member is shown this address for that.
      isRelayOnly: (isSeed) => (isSeed ? this.privacy : this.#wanted) === 'relayed',
      randomBytes,
      take: (event) => this.#takeDial(event),
    })
    const roomId = roomIdOf(deriveRoomId(helpKey, shareId))
    const take = (event: LobbyEvent): void => this.#takeLobby(event)
    this.#lobby = new Lobby({ shareId, roomId, room, post, randomBytes, nowMs, take })
    this.#swarm = new Swarm({ shareId, dailyBytesMax })
    this.#driver = new SwarmDriver({
      swarm: this.#swarm,
      desk: new ShelfDesk(shelf),
      dial: (effect) => this.#dial(effect),
      send: (peer, frame) => this.#dialer.send(peer, frame),
      join: (effect) => this.#join(effect),
      leave: (peer, source) => this.#leave(peer, source),
      onError,
      nowMs,
    })
    this.#applied = this.privacy
    this.#lobby.setOpen(this.#applied !== 'seeds-only')
    // Networks get relays, and lose them.
    this.#looking = setInterval(() => this.#applyPrivacy(), LOOK_MS)
  }

  /**
   * What counts: the choice of the person or that of the sender, whichever is stricter. Where that is a relay and there
   * is none, nobody but seeds is spoken to, and they as ever: who serves over HTTPS sees this address, too.
   */
  get privacy(): Privacy {
    const { iceServers } = this.#options
    const privacy = this.#wanted
    const isRelayed = privacy !== 'relayed' || hasRelay({ iceServers: iceServers() })
    return isRelayed ? privacy : 'seeds-only'
  }

  /** The same, whether there is a relay or not. */
  get #wanted(): Privacy {
    return this.#known ? strictest(this.#privacy, this.#known) : this.#privacy
  }

  get state(): SwarmState {
    const { peerCount, givenBytes, dayBytes } = this.#swarm
    return { peerCount, givenBytes, dayBytes, privacy: this.privacy }
  }

  /** Takes effect at once: whoever may no longer be spoken to is left. */
  setPrivacy(privacy: Privacy): void {
    this.#privacy = privacy
    this.#applyPrivacy()
  }

  /** @param genesis - Of this share. */
  setGenesis(genesis: Bytes): void {
    if (this.#known !== undefined) return
    this.#known = decodeGenesis(genesis)
    this.#genesis.resolve(genesis)
    this.#applyPrivacy()
    const readToken = deriveReadToken(this.#options.helpKey, this.#known.salt)
    this.#driver.feed({ type: 'genesis', genesis, readToken })
    this.#lobby.setGenesis(genesis)
  }

  /** Passed on to everyone. @param bytes - The newest one, accepted here. */
  setCheckpoint(seq: number, bytes: Bytes): void {
    this.#driver.feed({ type: 'checkpoint', seq, bytes })
  }

  /** What can be had here, what is sought, and how much others may be given. */
  tell(news: HostNews): void {
    this.#driver.feed(news)
  }

  /** It said or sent what the owner did not publish: it is left, and not met again. */
  ban(source: PeerSource): void {
    const peer = this.#driver.peerOf(source)
    if (peer !== undefined) this.#driver.feed({ type: 'end', peer, reason: 'misbehaved' })
  }

  /**
   * Calls a seed over WebRTC.
   *
   * @throws {TransferError} SEED_UNREACHABLE, also where it could not be reached not long ago; TOO_MANY_REQUESTS
   * where no connection more may be made now; STOPPED.
   */
  async callSeed(seed: Seed): Promise<PeerSource> {
    const { id } = seed
    const there = this.#driver.sources.find((source) => source.id === id)
    return there ?? this.#calls.wait(seed, () => this.#driver.feed({ type: 'call-seed', peer: id }))
  }

  [Symbol.dispose](): void {
    clearInterval(this.#looking)
    this.#driver[Symbol.dispose]()
    this.#lobby[Symbol.dispose]()
    this.#dialer[Symbol.dispose]()
    this.#room[Symbol.dispose]()
    this.#calls[Symbol.dispose]()
  }

  #applyPrivacy(): void {
    const { privacy } = this
    if (privacy === this.#applied) return
    this.#applied = privacy
    this.#lobby.setOpen(privacy !== 'seeds-only')
    if (privacy === 'direct') return
    // What was made under the laxer choice is ended, or given up; seeds saw this address anyway.
    for (const peer of this.#dialer.members) this.#driver.feed({ type: 'renew', peer })
  }

  #takeRoom(event: RoomEvent): void {
    switch (event.type) {
      case 'welcome':
        // Answered calls may have come through all the same, and those that wait for it are said only now.
        this.#giveUpCalls(true)
        return this.#lobby.takeRoom(event)
      case 'peers':
        return this.#lobby.takeRoom(event)
      case 'relay':
        return this.#dialer.hearSeed(event) ? undefined : this.#post.take(event)
      case 'gone':
        return this.#dialer.hearGone(event.connection)
      case 'away':
        this.#lobby.takeRoom(event)
        return this.#giveUpCalls(false)
    }
  }

  /** It is nobody's fault: all may be called again at once, and that waits for the signal server. */
  #giveUpCalls(areAnswered: boolean): void {
    for (const peer of this.#dialer.giveUpCalls(areAnswered)) {
      this.#driver.feed({ type: 'close', peer })
      this.#calls.fail(peer, 'The signal server went away before the seed was connected.')
    }
  }

  #read(letter: Letter): void {
    const { from, connection, word } = letter
    if (this.#lobby.takeLetter(letter)) return
    if (word.type === 'ask-genesis' || word.type === 'genesis') return
    if (this.privacy !== 'seeds-only') this.#dialer.hear(from, connection, word)
  }

  #takeLobby(event: LobbyEvent): void {
    if (event.type !== 'genesis') return this.#driver.feed(event)
    if (this.#options.listener.genesis(event.genesis)) this.setGenesis(event.genesis)
  }

  #takeDial(event: DialEvent): void {
    switch (event.type) {
      case 'offer':
        return this.#lobby.takeOffer(event.peer)
      case 'message':
        return this.#driver.takeMessage(event.peer, event.bytes)
      case 'broken':
        return this.#driver.feed({ type: 'end', peer: event.peer, reason: 'misbehaved' })
      case 'close':
      case 'unreachable':
      case 'gone':
      case 'full':
        return this.#driver.feed({ type: event.type, peer: event.peer })
      case 'busy':
        this.#calls.turnAway(event.peer)
        return this.#driver.feed({ type: 'unreachable', peer: event.peer })
      default:
        return this.#driver.feed(event)
    }
  }

  #dial(effect: DialEffect): void {
    switch (effect.type) {
      case 'find':
        return this.#room.find()
      case 'no-call':
        return this.#calls.refuse(effect.peer, effect.reason)
      case 'disconnect':
        this.#calls.fail(effect.peer, 'It cannot be called.')
        return this.#dialer.disconnect(effect.peer)
      case 'accept':
        return this.#dialer.accept(parseMemberId(effect.peer))
      case 'refuse':
        return this.#dialer.refuse(parseMemberId(effect.peer))
      case 'connect': {
        const seed = this.#calls.seedOf(effect.peer)
        if (seed === undefined) return this.#dialer.connect(parseMemberId(effect.peer))
        return this.#dialer.call(seed)
      }
    }
  }

  #join({ peer, ...effect }: Extract<SwarmEffect, { type: 'join' }>): PeerSource {
    const seed = this.#calls.seedOf(peer)
    const source = new PeerSource({
      ...effect,
      id: seed === undefined ? `peer ${peer}` : seed.id,
      name: seed === undefined ? 'A person' : seedName(seed),
      kind: seed === undefined ? 'peer' : 'seed-rtc',
      known: this.#options.known,
      genesis: () => this.#genesis.promise,
      line: {
        want: (index) => this.#driver.feed({ type: 'want', peer, index }),
        unwant: (index) => this.#driver.feed({ type: 'unwant', peer, index }),
        praise: (index) => this.#driver.feed({ type: 'verdict', peer, index, isGood: true }),
        ask: (ask) => this.#driver.feed({ type: 'ask', peer, ask }),
      },
    })
    this.#calls.answer(peer, source)
    if (seed === undefined) this.#options.listener.joined(source)
    return source
  }

  #leave(peer: PeerId, source: PeerSource | undefined): void {
    this.#calls.fail(peer, 'It hung up.')
    if (source !== undefined) this.#options.listener.left(source)
  }
}
