import type { Bytes } from '../../protocol/bytes.ts'
import {
  CHUNK_STORE_BYTES_MAX,
  CHUNK_STORE_QUEUE_BYTES_MAX,
  SEALED_CHUNK_BYTES_MAX,
} from '../../protocol/limits.ts'
import type { StoreAnswer, StoreAsk } from '../chunk-store/store-messages.ts'
import { free } from '../../protocol/memory.ts'

type PutListener = (index: number, isKept: boolean) => void

/**
 * The chunk store as the engine uses it: written behind and best effort. A full queue drops a chunk and never
 * delays the download.
 */
export class ChunkKeeper {
  readonly #port: MessagePort
  readonly #waiting = new Map<number, (sealed: Bytes | undefined) => void>()
  // Answers come in the order of what was asked.
  readonly #opening: ((indexes: readonly number[]) => void)[] = []
  readonly #putting: PutListener[] = []
  /** Of the share that was opened last. */
  #told: PutListener = () => undefined
  #queuedBytes = 0
  #nextId = 0

  constructor(port: MessagePort) {
    this.#port = port
    port.addEventListener('message', ({ data }: MessageEvent<StoreAnswer>) => this.#take(data))
    port.start()
  }

  /**
   * @param told - Of each chunk that is put from now on, whether it is kept.
   * @returns Which chunks are kept from before: a hint, each is hashed before it is used.
   */
  open(shareId: string, told: PutListener): Promise<readonly number[]> {
    const { promise, resolve } = Promise.withResolvers<readonly number[]>()
    this.#opening.push(resolve)
    this.#told = told
    this.#ask({ type: 'open', shareId, bytesMax: CHUNK_STORE_BYTES_MAX })
    return promise
  }

  /** Takes the bytes over: they are transferred and gone for the caller, kept or not. */
  put(index: number, sealed: Bytes): void {
    if (this.#queuedBytes + SEALED_CHUNK_BYTES_MAX > CHUNK_STORE_QUEUE_BYTES_MAX) {
      free(sealed)
      this.#told(index, false)
      return
    }
    this.#queuedBytes += sealed.length
    this.#putting.push(this.#told)
    this.#ask({ type: 'put', index, sealed }, [sealed.buffer])
  }

  get(index: number): Promise<Bytes | undefined> {
    const { promise, resolve } = Promise.withResolvers<Bytes | undefined>()
    this.#nextId += 1
    this.#waiting.set(this.#nextId, resolve)
    this.#ask({ type: 'get', id: this.#nextId, index })
    return promise
  }

  /** What was got was not the chunk. */
  drop(index: number): void {
    this.#ask({ type: 'drop', index })
  }

  /** Whether it was opened or not. */
  forget(shareId: string): void {
    this.#ask({ type: 'forget', shareId })
  }

  #ask(ask: StoreAsk, transfer: Transferable[] = []): void {
    this.#port.postMessage(ask, transfer)
  }

  #take(answer: StoreAnswer): void {
    switch (answer.type) {
      case 'opened':
        this.#opening.shift()?.(answer.indexes)
        break
      case 'put-done':
        this.#queuedBytes -= answer.sealed.length
        free(answer.sealed)
        this.#putting.shift()?.(answer.index, answer.isKept)
        break
      case 'got':
        this.#waiting.get(answer.id)?.(answer.sealed)
        this.#waiting.delete(answer.id)
    }
  }
}

const keepers = new WeakMap<MessagePort, ChunkKeeper>()

/** One keeper a port, however many shares are opened in turn: two would take each other's answers. */
export function keeperOf(port: MessagePort): ChunkKeeper {
  const keeper = keepers.get(port) ?? new ChunkKeeper(port)
  keepers.set(port, keeper)
  return keeper
}
