import { RTC_UNTAKEN_BYTES_MAX, RTC_UNTAKEN_BYTES_SUM_MAX } from '../../protocol/limits.ts'

/**
 * What waits between two threads: a message goes there whether the other thread has time or not, and peers must not
 * choose how much waits. D05.
 */
export class UntakenBytes {
  readonly #waiting = new Map<string, number>()
  #sum = 0

  /** @returns Whether it is within the bounds. */
  add(connection: string, bytes: number): boolean {
    const waiting = (this.#waiting.get(connection) ?? 0) + bytes
    this.#waiting.set(connection, waiting)
    this.#sum += bytes
    return waiting <= RTC_UNTAKEN_BYTES_MAX && this.#sum <= RTC_UNTAKEN_BYTES_SUM_MAX
  }

  /** Also of a connection that is over: what it sent still waits. */
  take(connection: string, bytes: number): void {
    const left = (this.#waiting.get(connection) ?? 0) - bytes
    if (left > 0) this.#waiting.set(connection, left)
    else this.#waiting.delete(connection)
    this.#sum -= bytes
  }
}
