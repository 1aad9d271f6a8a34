import { free } from '../../protocol/memory.ts'
import { isEqual, type Bytes } from '../../protocol/bytes.ts'
import { TransferError } from '../../protocol/errors.ts'
import { readHashOf } from '../../protocol/key-schedule.ts'
import {
  FRAMES_BEFORE_HELLO_MAX,
  SEED_HELLO_MS,
  SEED_LINK_IDLE_MS,
  SEED_REQUESTS_MAX,
  SEED_UPLOAD_SLOTS,
} from '../../protocol/limits.ts'
import type { ConnectionId } from '../../protocol/room/room-names.ts'
import { PeerSession } from '../../protocol/swarm/peer-session.ts'
import type { SessionEffect, SessionEvent } from '../../protocol/swarm/session-event.ts'
import { UploadSlots, type SlotsEffect } from '../../protocol/swarm/upload-slots.ts'
import type { Ask } from '../../protocol/wire/ask.ts'
import type { Bye } from '../../protocol/wire/bye.ts'
import { byeReasonOf, decodeFrame, encodeFrame, type Frame } from '../../protocol/wire/frame.ts'
import { WIRE_VERSION, type Hello } from '../../protocol/wire/hello.ts'
import type { Share } from '../catalog/share.ts'
import type { ShareService } from '../share-service.ts'
import type { CallEvent } from './call-desk.ts'
import { Guest, type Seat } from './guest.ts'
import { PartReader } from './part-reader.ts'
import { ShareHalls } from './share-halls.ts'
import type { ShareHall, HallNews } from './share-hall.ts'
import type { SwarmCounts } from './swarm-counts.ts'

export type GuestDeskOptions = Readonly<{
  shares: ShareService
  send: (connection: ConnectionId, bytes: Bytes) => void
  /** Ends a connection. Answered by `close`, at once or later. */
  end: (connection: ConnectionId) => void
  counts: SwarmCounts
  /** Told of what failed here and is no answer to anybody. */
  onError: (error: unknown) => void
  nowMs: () => number
}>

/** Between the last word and the end of a connection: the word is to get there. */
const LAST_WORD_MS = 250

/**
 * Serves whoever is connected: lets them in by the readToken of their share, and does what its session and the
 * slots of all shares say. In memory there is what the sessions bound, for each of SEED_LINKS_MAX connections.
 */
export class GuestDesk implements Disposable {
  readonly #options: GuestDeskOptions
  readonly #guests = new Map<string, Guest>()
  readonly #slots = new UploadSlots({ slotCount: SEED_UPLOAD_SLOTS, dailyBytesMax: undefined })
  readonly #halls: ShareHalls
  readonly #parts: PartReader

  constructor(options: GuestDeskOptions) {
    const { shares, nowMs } = options
    this.#options = options
    this.#parts = new PartReader(shares)
    const tell = (hall: ShareHall, news: HallNews): void => this.#tell(hall, news)
    this.#halls = new ShareHalls({ shares, slots: this.#slots, tell, nowMs })
  }

  take(event: CallEvent): void {
    const { connection } = event
    if (event.type === 'open') {
      this.#guests.set(connection, new Guest(connection, this.#options.nowMs()))
      return
    }
    const guest = this.#guests.get(connection)
    if (guest === undefined) return
    switch (event.type) {
      case 'message':
        if (!guest.isLeft) this.#guard(guest, () => this.#hear(guest, event.bytes))
        return free(event.bytes)
      case 'sent':
        return this.#step(guest, event)
      case 'close':
        this.#guests.delete(connection)
        this.#step(guest, { type: 'close' })
        return this.#leave(guest)
    }
  }

  /** What is due by time. */
  tick(): void {
    const nowMs = this.#options.nowMs()
    for (const guest of this.#guests.values()) {
      const { seat, openedMs } = guest
      const idleSinceMs = guest.idleSinceMs(nowMs) ?? nowMs
      const isSilent = seat === undefined && nowMs >= openedMs + SEED_HELLO_MS
      if (isSilent || nowMs >= idleSinceMs + SEED_LINK_IDLE_MS) this.#end(guest, 'idle')
      else this.#step(guest, { type: 'tick' })
    }
    this.#spread(this.#slots.step({ type: 'tick' }, nowMs))
    this.#halls.lookAtAll()
  }

  /** Lets go whoever has said nothing for longest, if that is long. @returns Whether there was somebody. */
  makeRoom(): boolean {
    const nowMs = this.#options.nowMs()
    const idle = [...this.#guests.values()].filter(
      (guest) => guest.idleSinceMs(nowMs) !== undefined && !guest.isLeft,
    )
    const [first] = idle.toSorted((a, b) => a.heardMs - b.heardMs)
    const lateMs = nowMs - SEED_LINK_IDLE_MS / 10
    if (first === undefined || first.heardMs > lateMs) return false
    this.#end(first, 'full')
    this.#options.end(first.connection)
    return true
  }

  /** Says goodbye to everyone. */
  [Symbol.dispose](): void {
    for (const guest of this.#guests.values()) this.#end(guest, 'stopping')
    this.#halls[Symbol.dispose]()
  }

  #hear(guest: Guest, bytes: Bytes): void {
    guest.heardMs = this.#options.nowMs()
    const frame = decodeFrame(bytes)
    if (guest.seat !== undefined) return this.#step(guest, { type: 'frame', frame })
    if (frame.type === 'hello') return void this.#greet(guest, frame)
    guest.early.push(frame)
    // Others may overtake its hello, but nothing large: nothing was asked for yet.
    const isLarge = frame.type === 'chunk' || frame.type === 'hashes' || frame.type === 'index'
    if (isLarge || guest.early.length > FRAMES_BEFORE_HELLO_MAX) this.#end(guest, 'misbehaved')
    return undefined
  }

  /**
   * Who does not know the genesis yet cannot have the readToken: it is told the genesis, as anybody is who asks,
   * and says hello again.
   */
  async #greet(guest: Guest, hello: Hello): Promise<void> {
    const isReader = hello.readToken !== undefined
    const isWrong = guest.isAsking || (guest.isGreeted && !isReader)
    if (isWrong) this.#end(guest, 'misbehaved')
    guest.isAsking = true
    const share = await this.#try(async () => this.#options.shares.get(hello.shareId))
    guest.isAsking = false
    if (guest.isLeft || !this.#guests.has(guest.connection)) return
    if (share === undefined) this.#end(guest, 'done')
    else if (isReader) this.#guard(guest, () => this.#admit(guest, share, hello))
    else this.#introduce(guest, share)
  }

  #introduce(guest: Guest, { id: shareId, origin }: Share): void {
    guest.isGreeted = true
    const words = { version: WIRE_VERSION, shareId, seq: 0, readToken: undefined } as const
    this.#send(guest, { type: 'hello', ...words, genesis: origin.genesisBytes })
  }

  #admit(guest: Guest, share: Share, hello: Hello): void {
    if (!mayRead(share, hello)) return this.#end(guest, 'done')
    const hall = this.#halls.enter(share)
    const { mayGiveParts } = hall.serving
    const bounds = { requestsMax: SEED_REQUESTS_MAX, mayGiveParts }
    const session = new PeerSession({ share: hall.view, isSeed: false, ...bounds })
    guest.seat = { hall, session }
    const nowMs = this.#options.nowMs()
    this.#spread(hall.serving.join(guest.connection, session.theirs, nowMs))
    this.#step(guest, { type: 'open' })
    // Its hello first, because with it the session knows whom it talks to.
    for (const frame of [hello, ...guest.early.splice(0)])
      this.#step(guest, { type: 'frame', frame })
    return undefined
  }

  #step(guest: Guest, event: SessionEvent): void {
    const { seat, connection } = guest
    if (seat === undefined) return
    const nowMs = this.#options.nowMs()
    for (const effect of seat.session.step(event, nowMs)) this.#do(guest, seat, effect)
    const { pendingCount } = seat.session
    this.#spread(seat.hall.serving.setPending(connection, pendingCount, nowMs))
  }

  #do(guest: Guest, { hall }: Seat, effect: SessionEffect): void {
    switch (effect.type) {
      case 'send':
        // Said once, however often it was asked.
        if (effect.frame.type === 'hello' && guest.isGreeted) return undefined
        return this.#send(guest, effect.frame)
      case 'gained': {
        const { connection } = guest
        return this.#spread(hall.serving.gained(connection, effect.indexes, this.#options.nowMs()))
      }
      case 'serve':
        return void this.#serve(guest, hall, effect.index)
      case 'serve-part':
        return void this.#servePart(guest, hall, effect.ask)
      case 'close':
        return this.#part(guest)
      // All else is about what we would fetch from it: a seed fetches from seeds.
      default:
        return undefined
    }
  }

  #send(guest: Guest, frame: Frame): void {
    const { connection } = guest
    this.#options.send(connection, encodeFrame(frame))
    if (frame.type !== 'chunk') return
    const bytes = frame.sealed.length
    this.#options.counts.sentBytes += bytes
    guest.givenMs = this.#options.nowMs()
    const given = { type: 'given', peer: connection, bytes } as const
    this.#spread(this.#slots.step(given, guest.givenMs))
  }

  async #serve(guest: Guest, { share }: ShareHall, index: number): Promise<void> {
    const { shares } = this.#options
    const sealed = await this.#try(async () => {
      shares.checkServable(share)
      return shares.getChunk(share, index)
    })
    this.#step(
      guest,
      sealed === undefined
        ? { type: 'unread', index, reason: 'missing' }
        : { type: 'read', index, sealed },
    )
  }

  async #servePart(guest: Guest, { share }: ShareHall, ask: Ask): Promise<void> {
    const frame = await this.#try(async () => this.#parts.read(share, ask))
    this.#guard(guest, () => {
      if (frame === undefined) this.#step(guest, { type: 'no-answer', ask, reason: 'missing' })
      else this.#step(guest, { type: 'answer', frame })
    })
  }

  /** D06: whatever the words of a guest lead to here, it ends that guest's visit and nothing else. */
  #guard(guest: Guest, take: () => void): void {
    try {
      take()
    } catch (cause) {
      this.#end(guest, byeReasonOf(cause))
      if (!(cause instanceof TransferError)) this.#options.onError(cause)
    }
  }

  /** Copies go bad and shares expire: then there is nothing to give. */
  async #try<T>(read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read()
    } catch (cause) {
      if (!(cause instanceof TransferError)) this.#options.onError(cause)
      return undefined
    }
  }

  #tell(hall: ShareHall, { frames, slots }: HallNews): void {
    this.#spread(slots)
    for (const guest of this.#guests.values()) {
      if (guest.seat?.hall === hall) this.#step(guest, { type: 'tell', frames })
    }
  }

  /** Who may ask now: of any share, because the slots are of all. */
  #spread(effects: readonly SlotsEffect[]): void {
    for (const { peer, isOpen } of effects) {
      const guest = this.#guests.get(peer)
      if (guest !== undefined) this.#step(guest, { type: 'slot', isOpen })
    }
  }

  #end(guest: Guest, reason: Bye['reason']): void {
    if (guest.isLeft) return
    if (guest.seat !== undefined) return this.#step(guest, { type: 'end', reason })
    this.#send(guest, { type: 'bye', reason })
    this.#part(guest)
  }

  /** What was said last goes out first. */
  #part(guest: Guest): void {
    if (guest.isLeft) return
    this.#leave(guest)
    setTimeout(() => this.#options.end(guest.connection), LAST_WORD_MS)
  }

  #leave(guest: Guest): void {
    guest.isLeft = true
    guest.early.length = 0
    const { seat, connection } = guest
    if (seat === undefined) return
    guest.seat = undefined
    const effects = seat.hall.serving.leave(connection, this.#options.nowMs())
    this.#halls.leave(seat.hall)
    this.#spread(effects)
  }
}

function mayRead(share: Share, { readToken }: Hello): boolean {
  return readToken !== undefined && isEqual(readHashOf(readToken), share.origin.genesis.readHash)
}
