import type { Seed } from '../../../protocol/record/directory.ts'
import type { ConnectionId, MemberId } from '../../../protocol/room/room-names.ts'
import { RtcSignalBudget } from '../../../protocol/room/rtc-signal.ts'
import type { PeerId } from '../../../protocol/swarm/peer-id.ts'

/** One connection that is being made or there, and how its two ends find each other. */
export class DialLink {
  /** A member of the room, or a seed that we call. */
  readonly to: MemberId | Seed
  /** As both ends call it: one of them chose that. */
  readonly connection: ConnectionId
  /** As only this machine calls it: others have no say in which of its connections are the same. */
  readonly line: string
  /** What the other end may still say to get connected. */
  readonly budget = new RtcSignalBudget()
  isOpen = false
  /** The other end answered our call. */
  isAnswered = false
  /** It is over: what still comes is not listened to. */
  isLeft = false
  /** Given to the channel and not yet taken by it. */
  unsentBytes = 0
  /** Our offer to a seed, which its answer is signed over. */
  offer = ''

  constructor(to: MemberId | Seed, connection: ConnectionId, line: string) {
    this.to = to
    this.connection = connection
    this.line = line
  }

  get peer(): PeerId {
    return typeof this.to === 'string' ? this.to : this.to.id
  }
}
