/** One more is asked for while fewer chunks than this wait in queues on the way. */
const QUEUED_MIN = 0.5
/** One less once more do. */
const QUEUED_MAX = 1.5
/** What takes no longer than this has not waited: threads that wake each other on a busy machine take as long. */
const TURNS_MS = 30
/** Its line falls idle else while it hears what is wanted next, and reads and seals it. */
const COUNT_MIN = 2

/**
 * How many chunks to wait for at a time from one that sends each as one message: as many as its line has room for,
 * found like TCP Vegas does. What an answer takes beyond the quickest one is waiting in queues. More than fills the
 * line brings nothing and does harm: it lets a data channel that starts send faster than the other end can read, and
 * what is lost then stops it for seconds.
 */
export class AskAhead {
  #count = COUNT_MIN
  #quickestMs = Infinity
  /** Of those that came since the count was last looked at. */
  #roundMs = Infinity
  #roundCount = 0

  get count(): number {
    return this.#count
  }

  /**
   * A chunk came.
   *
   * @param tookMs - Since it was asked for.
   * @param waitedFor - How many were waited for until then, this one included: fewer than the count tell nothing of it.
   */
  take(tookMs: number, waitedFor: number): void {
    this.#quickestMs = Math.min(this.#quickestMs, tookMs)
    if (waitedFor < this.#count) return
    this.#roundMs = Math.min(this.#roundMs, tookMs)
    this.#roundCount += 1
    if (this.#roundCount < this.#count) return
    const queuedMs = this.#roundMs - this.#quickestMs
    const queued = (this.#count * queuedMs) / Math.max(1, this.#roundMs)
    if (queued < QUEUED_MIN || queuedMs < TURNS_MS) this.#count += 1
    else if (queued > QUEUED_MAX) this.#count = Math.max(COUNT_MIN, this.#count - 1)
    this.#roundMs = Infinity
    this.#roundCount = 0
  }
}
