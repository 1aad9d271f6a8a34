/** No body of chunks but the first leaves this process until then: however fast it is, it is in the middle of a share. */
export class HeldBodies implements Disposable {
  /** Whether any was held. */
  isUsed = false
  readonly #reach = globalThis.fetch
  #isFirst = true

  constructor(until: AbortSignal) {
    const reach = this.#reach
    const released = new Promise((resolve) => until.addEventListener('abort', resolve))
    globalThis.fetch = async (input, init) => {
      if (init?.method === 'PATCH' && !this.#takeFirst()) {
        this.isUsed = true
        await released
      }
      return reach(input, init)
    }
  }

  [Symbol.dispose](): void {
    globalThis.fetch = this.#reach
  }

  #takeFirst(): boolean {
    const isFirst = this.#isFirst
    this.#isFirst = false
    return isFirst
  }
}
