import type { Bytes } from '../../protocol/bytes.ts'
import type { StoreAnswer, StoreAsk } from '../chunk-store/store-messages.ts'

const QUEUE_BYTES_MAX = 32 * 1024 * 1024

/**
 * The chunk store as the engine uses it: written behind and best effort. A full queue drops a chunk and never
 * delays the download.
 */
export class ChunkKeeper {
  readonly #port: MessagePort
  readonly #waiting = new Map<number, (sealed: Bytes | undefined) => void>()
  #opened: ((indexes: readonly number[]) => void) | undefined
  #queuedBytes = 0
  #nextId = 0

  constructor(port: MessagePort) {
    this.#port = port
    port.addEventListener('message', ({ data }: MessageEvent<StoreAnswer>) => this.#take(data))
    port.start()
  }

  /** @returns Which chunks are kept from before: a hint, each is hashed before it is used. */
  open(shareId: string, bytesMax: number): Promise<readonly number[]> {
    const { promise, resolve } = Promise.withResolvers<readonly number[]>()
    this.#opened = resolve
    this.#ask({ type: 'open', shareId, bytesMax })
    return promise
  }

  /** Takes the bytes over: they are transferred and gone for the caller. */
  put(index: number, sealed: Bytes): void {
    if (this.#queuedBytes + sealed.length > QUEUE_BYTES_MAX) return
    this.#queuedBytes += sealed.length
    this.#ask({ type: 'put', index, sealed }, [sealed.buffer])
  }

  get(index: number): Promise<Bytes | undefined> {
    const { promise, resolve } = Promise.withResolvers<Bytes | undefined>()
    this.#nextId += 1
    this.#waiting.set(this.#nextId, resolve)
    this.#ask({ type: 'get', id: this.#nextId, index })
    return promise
  }

  forget(): void {
    this.#ask({ type: 'forget' })
  }

  #ask(ask: StoreAsk, transfer: Transferable[] = []): void {
    this.#port.postMessage(ask, transfer)
  }

  #take(answer: StoreAnswer): void {
    switch (answer.type) {
      case 'opened':
        this.#opened?.(answer.indexes)
        break
      case 'put-done':
        this.#queuedBytes -= answer.bytes
        break
      case 'got':
        this.#waiting.get(answer.id)?.(answer.sealed)
        this.#waiting.delete(answer.id)
    }
  }
}
