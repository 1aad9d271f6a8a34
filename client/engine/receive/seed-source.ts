import type { Bytes } from '../../../protocol/bytes.ts'
import { assert } from '../../../protocol/errors.ts'
import { decodeOpenAnswer, type OpenAnswer } from '../../../protocol/http/open-answer.ts'
import { FETCH_RUN_CHUNKS_MAX } from '../../../protocol/limits.ts'
import type { Seed } from '../../../protocol/record/directory.ts'
import type { ShareId } from '../../../protocol/share-id.ts'
import { ChunkSet } from '../../../protocol/swarm/chunk-set.ts'
import type { ChunkRequest, SealedChunk } from '../net/chunk-stream.ts'
import { SeedClient } from '../net/seed-client.ts'
import { HashRuns } from './hash-runs.ts'
import type { ShareSource } from './share-source.ts'
import { seedName } from '../seed-name.ts'

/** One share at one seed, over HTTP. */
export class SeedSource implements ShareSource {
  readonly id: string
  readonly name: string
  readonly kind = 'seed'
  // Browsers open six connections to a host: some are left for hashes and long polls.
  readonly traits = { runChunksMax: FETCH_RUN_CHUNKS_MAX, runsMax: 4 }
  readonly #client: SeedClient
  readonly #hashes = new HashRuns((first, signal) => this.#client.getHashRun(first, signal))
  #readToken: Bytes | undefined

  constructor(seed: Seed, shareId: ShareId) {
    this.id = seed.id
    this.name = seedName(seed)
    this.#client = new SeedClient({ urls: seed.urls, shareId })
  }

  getGenesis(signal: AbortSignal): Promise<Bytes> {
    return this.#client.getGenesis(signal)
  }

  authorize(readToken: Bytes): void {
    this.#readToken = readToken
    this.#client.authorize(readToken)
  }

  async open(signal: AbortSignal): Promise<OpenAnswer> {
    assert(this.#readToken !== undefined, 'a seed that showed the genesis')
    return decodeOpenAnswer(await this.#client.open(this.#readToken, signal))
  }

  getCheckpoint(seq: number, signal: AbortSignal): Promise<Bytes | undefined> {
    return this.#client.getCheckpoint(seq, signal)
  }

  getIndex(signal: AbortSignal): Promise<Bytes> {
    return this.#client.getIndex(signal)
  }

  getExtentHashes(signal: AbortSignal): Promise<Bytes> {
    return this.#client.getExtentHashes(signal)
  }

  getChunkHashes(extent: number, signal: AbortSignal): Promise<Bytes> {
    return this.#hashes.get(extent, signal)
  }

  getChunks(request: ChunkRequest, signal: AbortSignal): AsyncIterable<SealedChunk> {
    return this.#client.getChunks(request, signal)
  }

  async *watchHeld(chunkCount: number, signal: AbortSignal): AsyncGenerator<ChunkSet> {
    let heldCount: number | undefined
    while (heldCount !== chunkCount) {
      const held = new ChunkSet(chunkCount, await this.#client.getHeld(heldCount, signal))
      heldCount = held.size
      yield held
    }
  }
}
