/** Wakes whoever waits for news. Nobody is told what the news is: they look for themselves. */
export class Bell {
  #next = Promise.withResolvers<void>()

  ring(): void {
    const { resolve } = this.#next
    this.#next = Promise.withResolvers<void>()
    resolve()
  }

  /** Resolves at the next ring. */
  get rung(): Promise<void> {
    return this.#next.promise
  }
}
