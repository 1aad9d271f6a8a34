import { reasonOf } from '../delay.ts'

/** Wakes whoever waits. Ringing while nobody waits lets the next one pass at once. */
export class Bell {
  #next = Promise.withResolvers<void>()

  ring(): void {
    this.#next.resolve()
  }

  /**
   * @param timeoutMs - After so long it passes without a ring.
   * @throws The reason of `signal`, as soon as it aborts.
   */
  async wait(signal: AbortSignal, timeoutMs?: number): Promise<void> {
    const pass = (): void => this.ring()
    signal.addEventListener('abort', pass, { once: true })
    const timer = timeoutMs === undefined ? undefined : setTimeout(pass, timeoutMs)
    if (signal.aborted) pass()
    await this.#next.promise
    clearTimeout(timer)
    signal.removeEventListener('abort', pass)
    this.#next = Promise.withResolvers<void>()
    if (signal.aborted) throw reasonOf(signal)
  }
}
