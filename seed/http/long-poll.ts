import type { IncomingMessage } from 'node:http'
import { TransferError } from '../../protocol/errors.ts'
import type { ShareId } from '../../protocol/share-id.ts'
import type { ShareEvents } from '../share/share-events.ts'
import { Slots } from '../slots.ts'

/** Lets requests wait for news of a share, so many at once and so long. */
export class LongPoll {
  readonly #slots: Slots
  readonly #waitMs: number

  constructor(max: number, waitMs: number) {
    this.#slots = new Slots(max)
    this.#waitMs = waitMs
  }

  /**
   * Resolves once `isNews` is true, the time is over or the asker has gone.
   *
   * @returns What `isNews` says at the end.
   * @throws {TransferError} TOO_MANY_REQUESTS
   */
  async wait(
    request: IncomingMessage,
    { events, id }: Readonly<{ events: ShareEvents; id: ShareId }>,
    isNews: () => boolean,
  ): Promise<boolean> {
    // Who hung up before this would never be heard to.
    if (isNews() || request.socket.destroyed) return isNews()
    const slot = this.#slots.tryTake()
    if (slot === undefined) {
      const message = 'Too many wait for news of this seed already. Try again in a moment.'
      throw new TransferError('TOO_MANY_REQUESTS', message)
    }
    const { promise, resolve } = Promise.withResolvers<void>()
    const stop = events.on(id, () => {
      if (isNews()) resolve()
    })
    const timeout = setTimeout(resolve, this.#waitMs)
    request.socket.once('close', resolve)
    try {
      await promise
      return isNews()
    } finally {
      stop()
      clearTimeout(timeout)
      request.socket.off('close', resolve)
      slot[Symbol.dispose]()
    }
  }
}
