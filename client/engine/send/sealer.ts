import { concat, type Bytes } from '../../../protocol/bytes.ts'
import { sealChunk } from '../../../protocol/chunk.ts'
import { engine } from '../../../protocol/crypto/engine.ts'
import { extentChunkCount } from '../../../protocol/hash-list.ts'
import type { ContentKeys } from '../../../protocol/key-schedule.ts'
import { CHUNK_PLAIN_BYTES, EXTENT_CHUNKS, SEAL_PARALLEL_MAX } from '../../../protocol/limits.ts'
import type { ShareId } from '../../../protocol/share-id.ts'
import { free } from '../../../protocol/memory.ts'
import type { StreamReader } from './stream-reader.ts'

/** One extent as it leaves the sender. */
export type SealedExtent = Readonly<{
  extent: number
  chunks: readonly Bytes[]
  /** SHA-256 of each chunk, 32 bytes each. */
  hashes: Bytes
}>

export type SealPlan = Readonly<{
  shareId: ShareId
  keys: ContentKeys
  chunkCount: number
  /** L: files and padding. */
  streamBytes: number
}>

/** Reads and seals extents, each alike whenever it is asked for. A few chunks are in work at a time. */
export class Sealer {
  readonly #plan: SealPlan
  readonly #reader: StreamReader

  constructor(plan: SealPlan, reader: StreamReader) {
    this.#plan = plan
    this.#reader = reader
  }

  /** @throws {TransferError} FILE_CHANGED, FILE_UNREADABLE */
  async seal(extent: number): Promise<SealedExtent> {
    const count = extentChunkCount(extent, this.#plan.chunkCount)
    const start = extent * EXTENT_CHUNKS * CHUNK_PLAIN_BYTES
    const length = Math.min(count * CHUNK_PLAIN_BYTES, this.#plan.streamBytes - start)
    const plain = await this.#reader.read(start, length)
    const chunks: Bytes[] = []
    const hashes: Bytes[] = []
    const queue = Array.from({ length: count }, (_, i) => i).values()
    const workers = Array.from({ length: SEAL_PARALLEL_MAX }, async () => {
      for (const i of queue) {
        const part = plain.subarray(i * CHUNK_PLAIN_BYTES, (i + 1) * CHUNK_PLAIN_BYTES)
        const sealed = await this.#sealChunk(extent * EXTENT_CHUNKS + i, part)
        chunks[i] = sealed
        hashes[i] = await engine.sha256(sealed)
      }
    })
    await Promise.all(workers)
    free(plain)
    return { extent, chunks, hashes: concat(...hashes) }
  }

  #sealChunk(index: number, plain: Bytes): Promise<Bytes> {
    const { shareId, keys, chunkCount } = this.#plan
    return sealChunk(keys, { shareId, index, isFinal: index === chunkCount - 1 }, plain)
  }
}
