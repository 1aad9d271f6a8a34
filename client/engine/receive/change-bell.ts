/** Wakes everyone who waits for the next change. */
export class ChangeBell {
  #next = Promise.withResolvers<void>()

  /** Resolves at the next change. */
  get next(): Promise<void> {
    return this.#next.promise
  }

  ring(): void {
    this.#next.resolve()
    this.#next = Promise.withResolvers<void>()
  }

  /** Resolves at the next change. @throws The reason of `signal`, as soon as it aborts. */
  async wait(signal: AbortSignal): Promise<void> {
    const stopped = Promise.withResolvers<void>()
    const stop = (): void => stopped.resolve()
    signal.addEventListener('abort', stop, { once: true })
    if (!signal.aborted) await Promise.race([this.next, stopped.promise])
    signal.removeEventListener('abort', stop)
    signal.throwIfAborted()
  }
}
