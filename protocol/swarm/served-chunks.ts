import { CHUNK_SERVINGS_MAX } from '../limits.ts'
import type { Reject } from '../wire/reject.ts'
import { HaveMap } from './have-map.ts'

/** What one peer asked of us and has not got yet, and how often it got what. */
export class ServedChunks {
  readonly #requestsMax: number
  /** Asked for, in this order, and not yet given to the channel. */
  readonly #owed = new Set<number>()
  /** Being read. */
  readonly #reading = new Set<number>()
  /** Given to the channel and on its way. */
  readonly #given = new Set<number>()
  readonly #once = new HaveMap()
  readonly #again = new Map<number, number>()

  constructor(requestsMax: number) {
    this.#requestsMax = requestsMax
  }

  /** Chunks that it waits for, as far as can be told from here. */
  get pendingCount(): number {
    return this.#owed.size + this.#given.size
  }

  /** Why it is not served, undefined if it is: then it is owed. */
  take(index: number): Reject['reason'] | undefined {
    if (this.#owed.has(index)) return undefined
    if (this.#owed.size >= this.#requestsMax) return 'busy'
    if (this.#timesServed(index) >= CHUNK_SERVINGS_MAX) return 'budget'
    this.#owed.add(index)
    // It does not ask for more than it may at a time: the first that was given must have come.
    for (const first of this.#given) {
      if (this.pendingCount <= this.#requestsMax) break
      this.#given.delete(first)
    }
    return undefined
  }

  /** The next one to read, while fewer than `readingMax` are. */
  next(readingMax: number): number | undefined {
    if (this.#reading.size >= readingMax) return undefined
    for (const index of this.#owed) {
      if (this.#reading.has(index)) continue
      this.#reading.add(index)
      return index
    }
    return undefined
  }

  /**
   * It is not waited for any more, or came and is not kept: the place of its read is free once that ends.
   *
   * @returns Whether it was to be given.
   */
  cancel(index: number): boolean {
    this.#given.delete(index)
    return this.#owed.delete(index)
  }

  /** It was read, or cannot be. @returns False if nobody waits for it any more. */
  settle(index: number): boolean {
    this.#reading.delete(index)
    return this.#owed.delete(index)
  }

  /** It was given to the channel: that counts. */
  give(index: number): void {
    this.#given.add(index)
    if (this.#once.add(index)) return
    this.#again.set(index, (this.#again.get(index) ?? 0) + 1)
  }

  /** It says that it has it. */
  arrive(index: number): void {
    this.#given.delete(index)
  }

  /** Nothing more is owed. @returns What is being read for nobody. */
  clear(): number[] {
    const reading = [...this.#reading]
    this.#owed.clear()
    this.#given.clear()
    this.#reading.clear()
    return reading
  }

  #timesServed(index: number): number {
    return this.#once.has(index) ? 1 + (this.#again.get(index) ?? 0) : 0
  }
}
