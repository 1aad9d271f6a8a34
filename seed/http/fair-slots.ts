import { TransferError } from '../../protocol/errors.ts'
import { Slots, type Slot } from '../slots.ts'

/** Bounds what is done at once, in all and for one address, so that nobody can take all places. */
export class FairSlots {
  readonly #all: Slots
  readonly #perAddress: number
  readonly #byAddress = new Map<string, Slots>()

  constructor(max: number, perAddress: number) {
    this.#all = new Slots(max)
    this.#perAddress = perAddress
  }

  get taken(): number {
    return this.#all.taken
  }

  /** Runs an operation in a place of its own. @throws {TransferError} TOO_MANY_REQUESTS */
  async within<T>(address: string, operation: () => Promise<T>): Promise<T> {
    const slot = this.take(address)
    try {
      return await operation()
    } finally {
      slot[Symbol.dispose]()
    }
  }

  /** @throws {TransferError} TOO_MANY_REQUESTS: who comes now is told to come back, and who is here is served. */
  take(address: string): Slot {
    const own = this.#byAddress.get(address) ?? new Slots(this.#perAddress)
    const place = own.tryTake()
    const slot = place === undefined ? undefined : this.#all.tryTake()
    if (place === undefined || slot === undefined) {
      place?.[Symbol.dispose]()
      const message = 'This seed is serving as many as it can. Try again in a moment.'
      throw new TransferError('TOO_MANY_REQUESTS', message)
    }
    this.#byAddress.set(address, own)
    return {
      [Symbol.dispose]: () => {
        slot[Symbol.dispose]()
        place[Symbol.dispose]()
        if (own.taken === 0) this.#byAddress.delete(address)
      },
    }
  }
}
