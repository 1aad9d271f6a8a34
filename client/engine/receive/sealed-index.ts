import { isEqual, type Bytes } from '../../../protocol/bytes.ts'
import { engine } from '../../../protocol/crypto/engine.ts'
import { delay } from '../delay.ts'
import { askHedged } from './hedge.ts'
import type { ShareRecord } from './share-record.ts'
import type { ShareSource } from './share-source.ts'

const RETRY_MS = 1000

/** The sealed index of a share: it comes with the first good answer, or is asked for once it is published. */
export class SealedIndex {
  readonly #record: ShareRecord
  readonly #sources: () => readonly ShareSource[]
  #bytes: Bytes | undefined

  constructor(record: ShareRecord, sources: () => readonly ShareSource[]) {
    this.#record = record
    this.#sources = sources
  }

  /** Undefined until it is here. */
  get bytes(): Bytes | undefined {
    return this.#bytes
  }

  /** Keeps what came along, if it is the published one. @returns Whether there is one now. */
  async take(bytes: Bytes): Promise<boolean> {
    const { indexHash, indexBytes } = this.#record.accepted?.checkpoint ?? {}
    if (this.#bytes !== undefined) return true
    if (indexHash === undefined || bytes.length !== indexBytes) return false
    if (!isEqual(await engine.sha256(bytes), indexHash)) return false
    this.#bytes = bytes
    return true
  }

  /**
   * @param changed - Resolves at the next change of what is published.
   * @throws The reason of `signal`, as soon as it aborts.
   */
  async load(changed: () => Promise<void>, signal: AbortSignal): Promise<Bytes> {
    while (this.#bytes === undefined) {
      signal.throwIfAborted()
      const isPublished = (this.#record.accepted?.checkpoint.chunkCount ?? 0) > 0
      if (!isPublished) await changed()
      else if (!(await this.#ask(signal))) await delay(RETRY_MS, signal)
    }
    return this.#bytes
  }

  async #ask(signal: AbortSignal): Promise<boolean> {
    try {
      return await this.take(await askHedged(this.#sources(), askIndex, signal))
    } catch {
      // Those asked are down: whoever is there in a moment is asked next.
      return false
    }
  }
}

function askIndex(source: ShareSource, signal: AbortSignal): Promise<Bytes> {
  return source.getIndex(signal)
}
