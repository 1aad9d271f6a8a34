import { concat, isEqual, type Bytes } from '../../../protocol/bytes.ts'
import { assert } from '../../../protocol/errors.ts'
import { extentHashOf, HASH_BYTES, rootOf } from '../../../protocol/hash-list.ts'
import { EXTENT_CHUNKS } from '../../../protocol/limits.ts'

const EXTENT_HASHES_BYTES = EXTENT_CHUNKS * HASH_BYTES

/** The hash list of a share as far as it is known here: whole extents, in order. 32 bytes a chunk. */
export class HashLog {
  readonly #hashes: Bytes
  readonly #extentHashes: Bytes[] = []
  #chunkCount = 0

  /** @param chunkCount - Of the whole share; 32 bytes each are kept. */
  constructor(chunkCount: number) {
    this.#hashes = new Uint8Array(chunkCount * HASH_BYTES)
  }

  /** How many chunks are known, from the first on. */
  get chunkCount(): number {
    return this.#chunkCount
  }

  get extentCount(): number {
    return this.#extentHashes.length
  }

  /** Adds the next extent; no extent follows an incomplete one. @param chunkHashes - 32 bytes each. */
  append(chunkHashes: Bytes): void {
    assert(this.#chunkCount % EXTENT_CHUNKS === 0, 'nothing after the last extent')
    this.#hashes.set(chunkHashes, this.#chunkCount * HASH_BYTES)
    this.#extentHashes.push(extentHashOf(this.#extentHashes.length, chunkHashes))
    this.#chunkCount += chunkHashes.length / HASH_BYTES
  }

  /** True if these are the hashes known for the extent. */
  matches(extent: number, chunkHashes: Bytes): boolean {
    return isEqual(this.extent(extent), chunkHashes)
  }

  /** Chunk hashes of one extent that is known. */
  extent(extent: number): Bytes {
    const start = extent * EXTENT_HASHES_BYTES
    const end = Math.min(start + EXTENT_HASHES_BYTES, this.#chunkCount * HASH_BYTES)
    return this.#hashes.slice(start, end)
  }

  /** The hash of one chunk that is known. */
  chunk(index: number): Bytes {
    return this.#hashes.slice(index * HASH_BYTES, (index + 1) * HASH_BYTES)
  }

  /** All hashes of chunks `first` to `end` − 1. */
  range(first: number, end: number): Bytes {
    return this.#hashes.slice(first * HASH_BYTES, end * HASH_BYTES)
  }

  /** Hashes of extents `first` to `end` − 1, as far as they are known. */
  extentHashes(first: number, end: number): Bytes {
    return concat(...this.#extentHashes.slice(first, end))
  }

  /** The root over everything known. */
  root(): Bytes {
    return rootOf(this.#chunkCount, this.#extentHashes)
  }
}
