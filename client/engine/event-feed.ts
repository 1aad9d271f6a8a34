/**
 * Events for one reader, in order. Of `progress` only the newest waits, so a slow reader is never behind.
 */
export class EventFeed<Event extends Readonly<{ type: string }>> implements AsyncIterable<Event> {
  readonly #waiting: Event[] = []
  #next = Promise.withResolvers<void>()
  #isEnded = false

  push(event: Event): void {
    if (this.#isEnded) return
    if (event.type === 'progress' && this.#waiting.at(-1)?.type === 'progress') this.#waiting.pop()
    this.#waiting.push(event)
    this.#next.resolve()
  }

  /** What was pushed is still read. */
  end(): void {
    this.#isEnded = true
    this.#next.resolve()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Event> {
    for (;;) {
      const event = this.#waiting.shift()
      if (event !== undefined) {
        yield event
        continue
      }
      if (this.#isEnded) return
      await this.#next.promise
      this.#next = Promise.withResolvers<void>()
    }
  }
}
