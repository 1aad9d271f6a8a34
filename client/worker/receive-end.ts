import { TransferError, type FaultCode } from '../../protocol/errors.ts'
import { removeStore } from '../chunk-store/store-files.ts'
import { servedShare, ServingEnd, SERVING_END_LOOK_MS } from '../engine/receive/serving-end.ts'
import type { ShareSession } from '../engine/receive/share-session.ts'
import type { ChunkKeeper } from './chunk-keeper.ts'
import type { RecipientSwarm } from './recipient-swarm.ts'

/** Nothing of the share can be saved after these, so nothing of it is kept. */
const ends: ReadonlySet<FaultCode> = new Set<FaultCode>([
  'SHARE_DELETED',
  'SHARE_EXPIRED',
  'SHARE_TAKEN_DOWN',
])

/** What gives it to others. */
export type EndedSwarm = Pick<RecipientSwarm, 'setLate'> & Disposable

/** Sees to it that nobody gets a share from this page any more once it ended, and that nothing of it stays. */
export class ReceiveEnd {
  /** What chunks are kept with, once a save wanted that. */
  keeper: ChunkKeeper | undefined
  readonly #session: ShareSession
  readonly #swarm: EndedSwarm
  readonly #serving = new ServingEnd()
  #lookedMs = performance.now()

  constructor(session: ShareSession, swarm: EndedSwarm) {
    this.#session = session
    this.#swarm = swarm
  }

  /**
   * Called a few times a second. Seeds say that it ended. Where none answers it is only given no more once it seems to
   * be over: the clock here may be wrong, and a machine that slept may not know yet that it lasts longer.
   *
   * @param isBusy - A save is running.
   */
  tick(isBusy: boolean): void {
    const nowMs = performance.now()
    if (nowMs - this.#lookedMs < SERVING_END_LOOK_MS) return
    this.#lookedMs = nowMs
    const isInUse = isBusy || this.#session.sources.some(({ kind }) => kind === 'peer')
    this.#swarm.setLate(
      this.#serving.isLate({ ...servedShare(this.#session), isInUse }, Date.now()),
    )
  }

  /** Nothing is given where nobody can see and stop it. @param cause - Of the end of all of it. */
  take(cause: unknown): void {
    this.#swarm[Symbol.dispose]()
    if (!(cause instanceof TransferError) || !ends.has(cause.code)) return
    const { shareId } = this.#session
    // Files that are open can be removed only where they were opened.
    if (this.keeper === undefined) void removeStore(shareId)
    else this.keeper.forget(shareId)
  }
}
