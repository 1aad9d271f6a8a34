import type { Bytes } from '../../../protocol/bytes.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { ChunkSet } from '../../../protocol/swarm/chunk-set.ts'
import type { ChunkRequest, SealedChunk } from '../../../client/engine/net/chunk-stream.ts'
import type { ChunkSource, SourceNews } from '../../../client/engine/receive/share-source.ts'

/** Sealed chunks that are kept in memory, as a page keeps them on its disk. */
export class LocalStore implements ChunkSource {
  readonly id = 'store'
  readonly name = 'store'
  readonly kind = 'local'
  readonly traits = { runChunksMax: 4, runsMax: 1, isLocal: true }
  readonly held: ChunkSet
  readCount = 0
  readonly #chunks = new Map<number, Bytes>()
  readonly #listeners = new Set<(news: SourceNews) => void>()

  constructor(chunkCount: number) {
    this.held = new ChunkSet(chunkCount)
  }

  keep(index: number, sealed: Bytes): void {
    this.#chunks.set(index, sealed.slice())
    this.held.add(index)
    for (const listener of this.#listeners) listener({ type: 'gained', indexes: [index] })
  }

  async *getChunks({ first, count }: ChunkRequest): AsyncGenerator<SealedChunk> {
    for (let index = first; index < first + count; index += 1) {
      const sealed = this.#chunks.get(index)
      if (sealed === undefined) throw new TransferError('CHUNK_MISSING', 'It is not here.')
      this.readCount += 1
      yield { index, sealed: sealed.slice() }
    }
  }

  async *watchHeld(): AsyncGenerator<ChunkSet> {
    yield this.held
  }

  watch(take: (news: SourceNews) => void): () => void {
    this.#listeners.add(take)
    return () => this.#listeners.delete(take)
  }
}
