import { TokenBucket } from '../../protocol/custody/token-bucket.ts'
import type { Bytes } from '../../protocol/bytes.ts'
import { TransferError } from '../../protocol/errors.ts'
import type { ClientMessage } from '../../protocol/room/client-message.ts'
import { deriveMemberId, type MemberId, type RoomId } from '../../protocol/room/room-names.ts'
import type { SeedId } from '../../protocol/seed-id.ts'
import type { RoomRules } from './room-rules.ts'

export type MemberEvent =
  | ClientMessage
  /** Its proof was good. */
  | { type: 'proved'; seedId: SeedId }
  | { type: 'closed' }

type Relay = ClientMessage & { type: 'relay' | 'call' }
type Join = ClientMessage & { type: 'join' }

export type MemberEffect =
  /** Its name is one that it can prove: whoever had it is it, and is dead. */
  | { type: 'claim' }
  | { type: 'enter'; room: RoomId }
  | { type: 'exit'; room: RoomId }
  /** Answer with others of the room. */
  | { type: 'look'; room: RoomId }
  /** Hand it on as from this member. */
  | { type: 'forward'; message: Relay }
  | { type: 'prove'; proof: Bytes }
  /** Answer that the seed is reached here now. */
  | { type: 'welcome-seed' }
  | { type: 'refuse'; fault: TransferError }

/** `warned` is the first of several that are dropped. */
export type Verdict = 'taken' | 'warned' | 'dropped' | 'closed'

/** What one socket is and may do: at most one room, or a seed. Holds no socket and no clock. */
export class Member {
  readonly id: MemberId
  /** As the address book knows it. */
  readonly address: string
  readonly #rules: RoomRules
  readonly #looks: TokenBucket
  #messages: TokenBucket
  /** From its first room on. */
  #name: MemberId | undefined
  #room: RoomId | undefined
  #seedId: SeedId | undefined
  #wasProofSeen = false
  #dropCount = 0

  constructor(id: MemberId, address: string, rules: RoomRules) {
    this.id = id
    this.address = address
    this.#rules = rules
    this.#looks = new TokenBucket(rules.looks)
    this.#messages = new TokenBucket(rules.messages)
  }

  /** What others call it. */
  get name(): MemberId {
    return this.#name ?? this.id
  }

  /** The room whose members find it: a share's, or that of a seed. */
  get room(): RoomId | undefined {
    return this.#room
  }

  get seedId(): SeedId | undefined {
    return this.#seedId
  }

  /** Whether a message may be looked at. @param isRoomy - Whether its address may say one more. */
  admit(nowMs: number, isRoomy: boolean): Verdict {
    if (isRoomy && this.#messages.take(nowMs)) {
      this.#dropCount = 0
      return 'taken'
    }
    this.#dropCount += 1
    if (this.#dropCount > this.#rules.dropsMax) return 'closed'
    return this.#dropCount === 1 ? 'warned' : 'dropped'
  }

  /** Takes one event and returns what the caller must now do, in order. */
  step(event: MemberEvent, nowMs: number): MemberEffect[] {
    switch (event.type) {
      case 'relay':
        if (this.#room === undefined) return refuse('Come into a room before you speak to others.')
        return [{ type: 'forward', message: event }]
      case 'call':
        return [{ type: 'forward', message: event }]
      case 'join':
        if (this.#seedId !== undefined) return refuse('A seed comes into no room: it is called.')
        return this.#looks.take(nowMs) ? this.#join(event) : [tooMany()]
      case 'peers':
        if (this.#room === undefined || this.#seedId !== undefined) return refuse('In no room.')
        return this.#looks.take(nowMs) ? [{ type: 'look', room: this.#room }] : [tooMany()]
      case 'leave':
        return this.#seedId === undefined ? this.#move(undefined) : []
      case 'closed':
        return this.#move(undefined)
      case 'seed':
        // One try a socket: signatures cost the most here.
        if (this.#wasProofSeen) return refuse('A socket proves once whose it is.')
        this.#wasProofSeen = true
        return [{ type: 'prove', proof: event.proof }]
      case 'proved':
        this.#seedId = event.seedId
        this.#messages = new TokenBucket(this.#rules.seedMessages)
        return [...this.#move(seedRoom(event.seedId)), { type: 'welcome-seed' }]
    }
  }

  #join({ room, secret }: Join): MemberEffect[] {
    const before = this.#name
    const name = secret === undefined ? this.name : deriveMemberId(secret)
    if (before !== undefined && before !== name) return refuse('A socket keeps its name.')
    this.#name = name
    const isClaim = before === undefined && name !== this.id
    const claim: MemberEffect[] = isClaim ? [{ type: 'claim' }] : []
    return [...claim, ...this.#move(room), { type: 'look', room }]
  }

  #move(room: RoomId | undefined): MemberEffect[] {
    const before = this.#room
    this.#room = room
    if (before === room) return []
    const exit: MemberEffect[] = before === undefined ? [] : [{ type: 'exit', room: before }]
    return room === undefined ? exit : [...exit, { type: 'enter', room }]
  }
}

/** Where a seed is alone. No client comes in: it is no room id that a message can name. */
export function seedRoom(seedId: SeedId): RoomId {
  return parseSeedRoom(`seed ${seedId}`)
}

function parseSeedRoom(text: string): RoomId {
  return text as RoomId
}

function refuse(message: string): MemberEffect[] {
  return [{ type: 'refuse', fault: new TransferError('REQUEST_INVALID', message) }]
}

function tooMany(): MemberEffect {
  const message = 'Asked too often who is in the room. Try again later.'
  return { type: 'refuse', fault: new TransferError('TOO_MANY_REQUESTS', message) }
}
