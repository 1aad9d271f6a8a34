import type { ShareId } from '../../protocol/share-id.ts'

/** Lets changes to one share happen one after the other; different shares do not wait for each other. */
export class ShareLocks {
  readonly #tails = new Map<ShareId, Promise<unknown>>()

  /** Must not be called from within an operation on the same share: it would wait for itself. */
  async run<T>(id: ShareId, operation: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(id) ?? Promise.resolve()
    // Whether the one before failed is its own caller's affair.
    const result = before.then(operation, operation)
    this.#tails.set(id, result)
    try {
      return await result
    } finally {
      if (this.#tails.get(id) === result) this.#tails.delete(id)
    }
  }
}
