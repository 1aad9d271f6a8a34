import type { Bytes } from '../../../protocol/bytes.ts'
import { EXTENT_CHUNKS } from '../../../protocol/limits.ts'
import type { HashLog } from '../send/hash-log.ts'
import type { PublishedShelf } from './share-shelf.ts'

/** What the owner knows of a share, for others who ask: all that is published. */
export class CargoShelf implements PublishedShelf {
  readonly #sealedIndex: Bytes
  /** Undefined until something is published. */
  hashes: HashLog | undefined

  constructor(sealedIndex: Bytes) {
    this.#sealedIndex = sealedIndex
  }

  async chunkHash(index: number): Promise<Bytes | undefined> {
    return orNone(this.hashes?.range(index, this.#end(index + 1)))
  }

  extentHashes(first: number, count: number): Bytes | undefined {
    return orNone(this.hashes?.extentHashes(first, first + count))
  }

  async chunkHashes(first: number, count: number): Promise<Bytes | undefined> {
    const end = this.#end((first + count) * EXTENT_CHUNKS)
    return orNone(this.hashes?.range(first * EXTENT_CHUNKS, end))
  }

  index(first: number, count: number): Bytes | undefined {
    return orNone(this.#sealedIndex.slice(first, first + count))
  }

  #end(chunk: number): number {
    return Math.min(chunk, this.hashes?.chunkCount ?? 0)
  }
}

function orNone(bytes: Bytes | undefined): Bytes | undefined {
  return bytes === undefined || bytes.length === 0 ? undefined : bytes
}
