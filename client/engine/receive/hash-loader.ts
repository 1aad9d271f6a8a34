import type { Bytes } from '../../../protocol/bytes.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { delay } from '../delay.ts'
import { Latecomers } from './latecomers.ts'
import type { ShareRecord } from './share-record.ts'
import type { ShareSource } from './share-source.ts'

type LoaderOptions = Readonly<{
  record: ShareRecord
  /** Whoever can be asked, the best first. */
  sources: () => readonly ShareSource[]
  /** Sees to it that seeds are there to be asked. @returns What ends that. */
  want: () => () => void
  /** Told of a source that showed hashes which are not the published ones. */
  accuse: (source: ShareSource, fault: TransferError) => void
  signal: AbortSignal
}>

const RETRY_MS = 1000

/** Loads the chunk hashes of an extent when they are needed: a large share has more than a start can wait for. */
export class HashLoader {
  readonly #options: LoaderOptions
  readonly #loading = new Map<number, Promise<void>>()
  readonly #latecomers = new Latecomers<ShareSource>()

  constructor(options: LoaderOptions) {
    this.#options = options
  }

  /** Resolves once the chunk hashes of a published extent are there. @throws When the loader is stopped. */
  async load(extent: number): Promise<void> {
    if (this.#options.record.hasChunkHashes(extent)) return
    const loading = this.#loading.get(extent) ?? this.#ask(extent)
    this.#loading.set(extent, loading)
    const unwant = this.#options.want()
    try {
      await loading
    } finally {
      unwant()
      this.#loading.delete(extent)
    }
  }

  async #ask(extent: number): Promise<void> {
    const { sources, record, signal } = this.#options
    while (!record.hasChunkHashes(extent)) {
      signal.throwIfAborted()
      const ask = async (source: ShareSource, stop: AbortSignal): Promise<void> => {
        this.#put(source, extent, await source.getChunkHashes(extent, stop))
      }
      try {
        await this.#latecomers.ask(sources(), ask, signal)
      } catch {
        // Whoever was asked is down or wrong: the next round asks those who are there then.
        await delay(RETRY_MS, signal)
      }
    }
  }

  /** @throws {TransferError} HASH_MISMATCH, ANSWER_INVALID */
  #put(source: ShareSource, extent: number, hashes: Bytes): void {
    const { record, accuse } = this.#options
    const lengthBytes = record.chunkHashesBytes(extent)
    if (hashes.length < lengthBytes) {
      throw new TransferError('ANSWER_INVALID', `${source.name} knows less of the share.`)
    }
    // A seed that knows a newer list may show more.
    if (record.putChunkHashes(extent, hashes.slice(0, lengthBytes))) return
    const fault = new TransferError('HASH_MISMATCH', `${source.name} showed wrong hashes.`)
    accuse(source, fault)
    throw fault
  }
}
