import type { FastifyReply } from 'fastify'
import { TransferError } from '../../protocol/errors.ts'
import { checkConnected } from './connected.ts'

/** Bounds the memory of bodies and answers that stand in it as a whole. */
export class MemoryBudget {
  readonly #bytesMax: number
  #bytes = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  /**
   * Counts bytes in until the answer is out or its reader gone.
   *
   * @throws {TransferError} TOO_MANY_REQUESTS; REQUEST_INVALID if the reader is gone already.
   */
  hold(bytes: number, reply: FastifyReply): void {
    checkConnected(reply)
    if (this.#bytes + bytes > this.#bytesMax) {
      const message = 'This seed is busy with other large requests. Try again in a moment.'
      throw new TransferError('TOO_MANY_REQUESTS', message)
    }
    this.#bytes += bytes
    reply.raw.once('close', () => {
      this.#bytes -= bytes
    })
  }
}
