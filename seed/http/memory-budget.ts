import type { FastifyReply } from 'fastify'
import { TransferError } from '../../protocol/errors.ts'
import { addressKey } from '../../protocol/http/address.ts'
import { checkConnected } from './connected.ts'

/** Bounds the memory of bodies and answers that stand in it as a whole, in all and for one address. */
export class MemoryBudget {
  readonly #bytesMax: number
  readonly #perAddress: number
  readonly #byAddress = new Map<string, number>()
  #bytes = 0

  constructor(bytesMax: number, perAddress: number) {
    this.#bytesMax = bytesMax
    this.#perAddress = perAddress
  }

  /**
   * Counts bytes in until the answer is out or its reader gone.
   *
   * @throws {TransferError} TOO_MANY_REQUESTS; REQUEST_INVALID if the reader is gone already.
   */
  hold(bytes: number, reply: FastifyReply): void {
    checkConnected(reply)
    const address = addressKey(reply.request.ip)
    if (this.#bytes + bytes > this.#bytesMax || this.#heldBy(address) + bytes > this.#perAddress) {
      const message = 'This seed is busy with other large requests. Try again in a moment.'
      throw new TransferError('TOO_MANY_REQUESTS', message)
    }
    this.#count(address, bytes)
    reply.raw.once('close', () => {
      this.#count(address, -bytes)
    })
  }

  #count(address: string, bytes: number): void {
    this.#bytes += bytes
    const held = this.#heldBy(address) + bytes
    if (held > 0) this.#byAddress.set(address, held)
    else this.#byAddress.delete(address)
  }

  #heldBy(address: string): number {
    return this.#byAddress.get(address) ?? 0
  }
}
