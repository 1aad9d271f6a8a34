import type { MemberId, RoomId } from '../../protocol/room/room-names.ts'

/** Knows who is in which room, across the signal processes. Passes `test/contract/room-bus.ts`. */
export interface RoomBus extends AsyncDisposable {
  /**
   * Counts the member in until `ttlMs` from now; joining again extends it. One that keeps its name and joins at another
   * process is there from then on: what the earlier one says of it later does not count.
   */
  join(room: RoomId, member: MemberId, ttlMs: number): Promise<void>
  leave(room: RoomId, member: MemberId): Promise<void>
  /** Up to `count` members in random order, each equally likely; never one whose time is over. */
  sample(room: RoomId, count: number): Promise<MemberId[]>
  /**
   * Reaches the member on whatever process it is connected to, at most once.
   *
   * @returns false where it is known that nobody got it.
   */
  send(member: MemberId, message: string): Promise<boolean>
}

/** Hands a message to a member of this process. @returns false if it is not, or no more, connected here. */
export type Deliver = (member: MemberId, message: string) => boolean
