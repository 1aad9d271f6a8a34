import type { MemberId, RoomId } from '../../protocol/room/room-names.ts'
import { LocalRoom } from './local-room.ts'
import type { Deliver, RoomBus } from './room-bus.ts'

/** From 0 to below 1. */
type Random = () => number

/** Knows one process only: the default, and enough for one machine. */
export class LocalRoomBus implements RoomBus {
  readonly #rooms = new Map<RoomId, LocalRoom>()
  readonly #deliver: Deliver
  readonly #nowMs: () => number
  readonly #random: Random

  constructor(deliver: Deliver, nowMs: () => number, random: Random = Math.random) {
    this.#deliver = deliver
    this.#nowMs = nowMs
    this.#random = random
  }

  get roomCount(): number {
    return this.#rooms.size
  }

  async join(room: RoomId, member: MemberId, ttlMs: number): Promise<void> {
    const members = this.#rooms.get(room) ?? new LocalRoom()
    members.put(member, this.#nowMs() + ttlMs)
    this.#rooms.set(room, members)
  }

  async leave(room: RoomId, member: MemberId): Promise<void> {
    this.#rooms.get(room)?.delete(member)
    this.#forgetEmpty(room)
  }

  async sample(room: RoomId, count: number): Promise<MemberId[]> {
    const sampled = this.#rooms.get(room)?.sample(count, this.#nowMs(), this.#random) ?? []
    this.#forgetEmpty(room)
    return sampled
  }

  async send(member: MemberId, message: string): Promise<boolean> {
    return this.#deliver(member, message)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#rooms.clear()
  }

  /** Rooms come and go by the million. */
  #forgetEmpty(room: RoomId): void {
    if (this.#rooms.get(room)?.memberCount === 0) this.#rooms.delete(room)
  }
}
