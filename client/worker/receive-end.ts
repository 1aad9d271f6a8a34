import { TransferError, type FaultCode } from '../../protocol/errors.ts'
import { removeStore } from '../chunk-store/store-files.ts'
import { ServingEnd, SERVING_END_LOOK_MS } from '../engine/receive/serving-end.ts'
import type { ShareSession } from '../engine/receive/share-session.ts'
import type { ChunkKeeper } from './chunk-keeper.ts'
import type { RecipientSwarm } from './recipient-swarm.ts'

/** Nothing of the share can be saved after these, so nothing of it is kept. */
const ends: ReadonlySet<FaultCode> = new Set<FaultCode>([
  'SHARE_DELETED',
  'SHARE_EXPIRED',
  'SHARE_TAKEN_DOWN',
])

/** Sees to it that nobody gets a share from this page any more once it ended, and that nothing of it stays. */
export class ReceiveEnd {
  /** What chunks are kept with, once a save wanted that. */
  keeper: ChunkKeeper | undefined
  readonly #session: ShareSession
  readonly #swarm: RecipientSwarm
  readonly #serving = new ServingEnd()
  #lookedMs = performance.now()

  constructor(session: ShareSession, swarm: RecipientSwarm) {
    this.#session = session
    this.#swarm = swarm
  }

  /** Called a few times a second: seeds say that it ended, but it ends without them, too. */
  tick(): void {
    const nowMs = performance.now()
    if (nowMs - this.#lookedMs < SERVING_END_LOOK_MS) return
    this.#lookedMs = nowMs
    this.#serving.look(this.#session, Date.now())
  }

  /** @param cause - Of the end of the session. */
  take(cause: unknown): void {
    if (!(cause instanceof TransferError) || !ends.has(cause.code)) return
    this.#swarm[Symbol.dispose]()
    const { shareId } = this.#session
    // Files that are open can be removed only where they were opened.
    if (this.keeper === undefined) void removeStore(shareId)
    else this.keeper.forget(shareId)
  }
}
