import type { Bytes } from '../../protocol/bytes.ts'
import { deriveRoomId, deriveSwarmKey } from '../../protocol/key-schedule.ts'
import { parseMemberId, roomIdOf } from '../../protocol/room/room-names.ts'
import { HaveMap } from '../../protocol/swarm/have-map.ts'
import { decodeFrame, encodeFrame, type Frame } from '../../protocol/wire/frame.ts'
import { WIRE_VERSION } from '../../protocol/wire/hello.ts'
import { Dialer, type DialEvent } from '../../client/engine/swarm/dialer.ts'
import { PeerPost, type Letter } from '../../client/engine/swarm/peer-post.ts'
import { RoomClient, type RoomEvent } from '../../client/engine/swarm/room-client.ts'
import { ShelfDesk } from '../../client/engine/swarm/shelf-desk.ts'
import { viewOf, type TestShare } from '../client/receive/test-share.ts'
import { openNativeRtc } from '../seed/swarm/seed-caller.ts'
import { portsAt, shelfOf, type Place } from '../client/swarm/swarm-member.ts'

/** What a hostile peer does in the place of what an honest one does. */
export type Conduct = Readonly<{
  name: string
  /** It has just said hello, and what it has. */
  greet?: (line: HostileLine) => void
  /** The checkpoint that it shows then; the newest one, if undefined. */
  show?: (share: TestShare) => Bytes
  /** It is asked for a chunk. */
  serve?: (line: HostileLine, chunk: number) => void
  /** Whatever else it hears. */
  hear?: (line: HostileLine, frame: Frame) => void
  /** It wants all instead of having all. */
  hasNothing?: boolean
  /** It calls whoever it is told of, instead of waiting to be called. */
  isCaller?: boolean
}>

/** One open data channel of a hostile peer. */
export class HostileLine {
  readonly heard: Frame[] = []
  readonly share: TestShare
  isOpen = true
  /** Chunks that it sent. */
  givenCount = 0
  /** Name of the other end in the room. */
  readonly peer: string
  readonly #send: (bytes: Bytes) => void

  constructor(share: TestShare, peer: string, send: (bytes: Bytes) => void) {
    this.share = share
    this.peer = peer
    this.#send = send
  }

  say(frame: Frame): void {
    if (frame.type === 'chunk') this.givenCount += 1
    this.sayBytes(encodeFrame(frame))
  }

  sayBytes(bytes: Bytes): void {
    this.#send(bytes)
  }

  /** The chunk as published, changed or not. */
  give(index: number, change = (sealed: Bytes): Bytes => sealed): void {
    const sealed = this.share.chunks[index]
    if (sealed !== undefined) this.say({ type: 'chunk', index, sealed: change(sealed.slice()) })
  }

  /** What it heard of one kind. */
  of<Type extends Frame['type']>(type: Type): Extract<Frame, { type: Type }>[] {
    const isIt = (frame: Frame): frame is Extract<Frame, { type: Type }> => frame.type === type
    return this.heard.filter(isIt)
  }

  /** Chunks that it was asked for, in order. */
  get asked(): readonly number[] {
    return this.of('request').flatMap(({ chunks }) => chunks)
  }
}

/**
 * A member of the room who has the link, and one bad habit: it calls and answers over real WebRTC, and says what it
 * says by the codecs of the protocol.
 */
export class HostilePeer implements Disposable {
  /** The hostile ones of this process leave each other alone. */
  static readonly #names = new Set<string>()
  /** Every channel that opened, in order. */
  readonly lines: HostileLine[] = []
  readonly #conduct: Conduct
  readonly #share: TestShare
  readonly #room: RoomClient
  readonly #post: PeerPost
  readonly #dialer: Dialer
  readonly #desk: ShelfDesk
  readonly #open = new Map<string, HostileLine>()
  readonly #entered = Promise.withResolvers<void>()

  private constructor(share: TestShare, place: Place, conduct: Conduct) {
    const { url, port, iceServers, onError, random, randomBytes } = portsAt(place)
    this.#share = share
    this.#conduct = conduct
    this.#desk = new ShelfDesk(shelfOf(share))
    this.#room = new RoomClient({ url, random, take: (event) => this.#takeRoom(event) })
    const swarmKey = deriveSwarmKey(share.helpKey, share.owner.shareId)
    const ways = { room: this.#room, randomBytes }
    const read = (letter: Letter): void => this.#read(letter)
    this.#post = new PeerPost({ ...ways, swarmKey, take: read, onError })
    const take = (event: DialEvent): void => this.#takeDial(event)
    const rest = { port, post: this.#post, iceServers, isRelayOnly: () => false, take }
    this.#dialer = new Dialer({ ...ways, ...rest })
    this.#room.enter(roomIdOf(deriveRoomId(share.helpKey, share.owner.shareId)))
  }

  /** @param url - Of the signal server. @returns One that is in the room. */
  static async enter(share: TestShare, url: string, conduct: Conduct): Promise<HostilePeer> {
    const port = await openNativeRtc()
    const peer = new HostilePeer(share, { url, port }, conduct)
    await peer.#entered.promise
    return peer
  }

  /** Of all its channels. */
  get givenCount(): number {
    return this.lines.reduce((sum, { givenCount }) => sum + givenCount, 0)
  }

  get isConnected(): boolean {
    return this.lines.some(({ isOpen }) => isOpen)
  }

  /** Calls a member of the room whom it was not told of. */
  call(peer: string): void {
    this.#dialer.connect(parseMemberId(peer))
  }

  [Symbol.dispose](): void {
    this.#dialer[Symbol.dispose]()
    this.#room[Symbol.dispose]()
  }

  #takeRoom(event: RoomEvent): void {
    if (event.type === 'welcome') HostilePeer.#names.add(event.self)
    if (event.type === 'relay') this.#post.take(event)
    if (event.type !== 'peers') return
    this.#entered.resolve()
    if (this.#conduct.isCaller !== true) return
    for (const peer of event.peers) {
      if (!HostilePeer.#names.has(peer)) this.#dialer.connect(peer)
    }
  }

  #read({ from, connection, word }: Letter): void {
    if (word.type === 'genesis') return
    if (word.type !== 'ask-genesis') return this.#dialer.hear(from, connection, word)
    this.#post.say(from, connection, { type: 'genesis', genesis: this.#share.owner.genesisBytes })
  }

  #takeDial(event: DialEvent): void {
    switch (event.type) {
      case 'offer':
        return this.#dialer.accept(event.peer)
      case 'open':
        return this.#greet(event.peer)
      case 'message':
        return void this.#hear(event.peer, decodeFrame(event.bytes))
      case 'sent':
        return undefined
      default: {
        const line = this.#open.get(event.peer)
        if (line !== undefined) line.isOpen = false
        return undefined
      }
    }
  }

  #greet(peer: string): void {
    const { owner, chunks } = this.#share
    const line = new HostileLine(this.#share, peer, (bytes) => this.#dialer.send(peer, bytes))
    this.#open.set(peer, line)
    this.lines.push(line)
    const { shareId, genesisBytes: genesis } = owner
    const who = { shareId, genesis, readToken: undefined }
    line.say({ type: 'hello', version: WIRE_VERSION, seq: chunks.length + 1, ...who })
    const all = new HaveMap()
    for (const index of chunks.keys()) all.add(index)
    if (this.#conduct.hasNothing !== true) for (const have of all.tellAll()) line.say(have)
    const bytes = this.#conduct.show?.(this.#share) ?? viewOf(this.#share).checkpoint
    line.say({ type: 'checkpoint', bytes })
    line.say({ type: 'slot', isOpen: true })
    this.#conduct.greet?.(line)
  }

  async #hear(peer: string, frame: Frame): Promise<void> {
    const line = this.#open.get(peer)
    if (line === undefined) return
    line.heard.push(frame)
    this.#conduct.hear?.(line, frame)
    if (frame.type === 'request') {
      for (const index of frame.chunks) {
        if (this.#conduct.serve === undefined) line.give(index)
        else this.#conduct.serve(line, index)
      }
    }
    if (frame.type !== 'ask') return
    // Nobody asks a peer for chunks that has not shown what is published.
    const part = await this.#desk.part(frame)
    if (part !== undefined) line.say(part)
  }
}
