import { SEED_LINK_IDLE_MS } from '../../protocol/limits.ts'
import type { ConnectionId } from '../../protocol/room/room-names.ts'
import type { PeerSession } from '../../protocol/swarm/peer-session.ts'
import type { Frame } from '../../protocol/wire/frame.ts'
import type { ShareHall } from './share-hall.ts'

/** Where a guest was let in, once it said about which share it came and showed that it may read it. */
export type Seat = Readonly<{ hall: ShareHall; session: PeerSession }>

/** One connection, from the open channel to its end. */
export class Guest {
  readonly connection: ConnectionId
  readonly openedMs: number
  /** When it last said something. */
  heardMs: number
  /** When it was last given a chunk. */
  givenMs: number
  /** What came before it was let in, but for its hello. */
  readonly early: Frame[] = []
  /** Its hello is looked at. */
  isAsking = false
  /** It was told the genesis, and is to say hello again. */
  isGreeted = false
  seat: Seat | undefined
  /** It was told goodbye: what still comes is not listened to. */
  isLeft = false

  constructor(connection: ConnectionId, nowMs: number) {
    this.connection = connection
    this.openedMs = nowMs
    this.heardMs = nowMs
    this.givenMs = nowMs
  }

  /**
   * Since when nothing was heard of it; undefined while it is served. That chunks came to it is said by who keeps
   * them, and by nobody else: one that fell silent over its chunks is not waited for.
   */
  idleSinceMs(nowMs: number): number | undefined {
    const isOwed = (this.seat?.session.pendingCount ?? 0) > 0
    const isServed = nowMs < Math.max(this.heardMs, this.givenMs) + SEED_LINK_IDLE_MS
    return isOwed && isServed ? undefined : this.heardMs
  }
}
