import type { Bytes } from '../../../protocol/bytes.ts'
import { assert } from '../../../protocol/errors.ts'
import { ChunkSet } from '../../../protocol/swarm/chunk-set.ts'
import { free } from '../../../protocol/memory.ts'
import type { Sink } from '../../engine/receive/sink.ts'

type Waiting = Readonly<{ plain: Bytes; taken: () => void }>

/** So many chunks that wait are more than what is just being handed over. */
const BEHIND_CHUNKS = 8

/**
 * Hands chunks on in order to one reader. A chunk leaves memory when the reader has asked for a later one, or with
 * the reader where that took it over.
 */
export class OrderedSink implements Sink {
  readonly claimed: ChunkSet
  readonly #waiting = new Map<number, Waiting>()
  readonly #stop: AbortSignal
  #current: (Waiting & { chunk: number }) | undefined
  #wanted: { chunk: number; arrived: () => void } | undefined

  constructor(chunkCount: number, stop: AbortSignal) {
    this.claimed = new ChunkSet(chunkCount)
    this.#stop = stop
    // Nobody takes them any more, and a save that is over stays listed.
    stop.addEventListener('abort', () => this.#waiting.clear(), { once: true })
  }

  /** The reader is what is waited for. */
  get isBehind(): boolean {
    return this.#wanted === undefined && this.#waiting.size >= BEHIND_CHUNKS
  }

  read(): Promise<undefined> {
    return Promise.resolve(undefined)
  }

  confirm(): Promise<void> {
    return Promise.resolve()
  }

  /** Resolves when the reader is through with it. @throws The reason of `stop`. */
  async write(chunk: number, plain: Bytes): Promise<void> {
    this.#stop.throwIfAborted()
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.set(chunk, { plain, taken: resolve })
    if (this.#wanted?.chunk === chunk) this.#wanted.arrived()
    await promise
  }

  /**
   * The plain bytes of a chunk, waiting for them if need be. Asking for the same one again is free; going back
   * is a mistake.
   *
   * @throws The reason of `stop`.
   */
  async take(chunk: number): Promise<Bytes> {
    if (this.#current?.chunk === chunk) return this.#current.plain
    assert(chunk > (this.#current?.chunk ?? -1), 'a reader that goes forward')
    this.finish()
    if (!this.#waiting.has(chunk)) await this.#untilArrived(chunk)
    // What arrived may be gone by now.
    this.#stop.throwIfAborted()
    const waiting = this.#waiting.get(chunk)
    assert(waiting !== undefined, 'a chunk that arrived')
    this.#waiting.delete(chunk)
    this.#current = { ...waiting, chunk }
    return waiting.plain
  }

  /** @returns The bytes of the chunk that was taken last: the reader's own from now on. */
  giveAway(): Bytes {
    assert(this.#current !== undefined, 'a chunk that was taken')
    const { plain } = this.#current
    this.#current = { ...this.#current, plain: new Uint8Array(0) }
    return plain
  }

  /** The reader has all it wants of the last chunk. */
  finish(): void {
    if (this.#current === undefined) return
    free(this.#current.plain)
    this.#current.taken()
    this.#current = undefined
  }

  async #untilArrived(chunk: number): Promise<void> {
    this.#stop.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const stop = (): void => reject(this.#stop.reason)
    this.#stop.addEventListener('abort', stop, { once: true })
    this.#wanted = { chunk, arrived: resolve }
    try {
      await promise
    } finally {
      this.#wanted = undefined
      this.#stop.removeEventListener('abort', stop)
    }
  }
}
