import { base64urlnopad } from '@scure/base'
import { formatHex, type Bytes } from '../../../protocol/bytes.ts'
import { CHECKPOINT_BYTES, openCheckpoint, type Checkpoint } from '../../../protocol/checkpoint.ts'
import type { TransferError } from '../../../protocol/errors.ts'
import { HASH_BYTES } from '../../../protocol/hash-list.ts'
import { parseGoneDetails, parseReceipts } from '../../../protocol/http/seed-json.ts'
import {
  CHUNKS_MAX,
  EXTENT_CHUNKS,
  EXTENTS_SHOWN_MAX,
  INDEX_SEALED_BYTES_MAX,
  LONG_POLL_MS_MAX,
  SEALED_CHUNK_BYTES_MAX,
} from '../../../protocol/limits.ts'
import type { ShareId } from '../../../protocol/share-id.ts'
import { readChunks, type ChunkRequest, type SealedChunk } from './chunk-stream.ts'
import { readBody, readJson, type Ask } from './http.ts'
import { SeedAddresses } from './seed-addresses.ts'

/** How one share is asked for at one seed. SPEC.md §10. */
export type SeedShare = Readonly<{
  /** Base URLs of the seed, best first, as the directory has them. */
  urls: readonly string[]
  shareId: ShareId
}>

/** What one seed has of one share, read over HTTP: every such call of the seed's interface, and nothing else. */
export class SeedClient {
  readonly #addresses: SeedAddresses
  #readToken: string | undefined

  constructor({ urls, shareId }: SeedShare) {
    this.#addresses = new SeedAddresses(urls, shareId)
  }

  /** From now on the token goes along. It is shown only to a seed that answered with the genesis. */
  authorize(readToken: Bytes): this {
    this.#readToken = base64urlnopad.encode(readToken)
    return this
  }

  /** @throws {TransferError} GENESIS_INVALID if what came is not the genesis of this share. */
  getGenesis(signal?: AbortSignal): Promise<Bytes> {
    return this.#addresses.getGenesis(signal)
  }

  /** checkpoint ‖ index ‖ extent hashes ‖ the first extent's chunk hashes. */
  async open(readToken: Bytes, signal?: AbortSignal): Promise<Bytes> {
    const bytesMax =
      CHECKPOINT_BYTES +
      INDEX_SEALED_BYTES_MAX +
      (CHUNKS_MAX / EXTENT_CHUNKS + EXTENT_CHUNKS) * HASH_BYTES
    const body = base64urlnopad.encode(readToken)
    const headers = { 'content-type': 'text/plain' }
    const options = { method: 'POST', body, headers, signal } as const
    return readBody(await this.#addresses.ask('/open', options), bytesMax)
  }

  /** @returns undefined if nothing newer than `after` came within the long poll. */
  async getCheckpoint(after?: number, signal?: AbortSignal): Promise<Bytes | undefined> {
    const query = after === undefined ? '' : `?after=${after}`
    const timeoutMs = LONG_POLL_MS_MAX + 15_000
    const response = await this.ask(`/checkpoint${query}`, { signal, timeoutMs })
    if (response.status === 204) return undefined
    return readBody(response, CHECKPOINT_BYTES)
  }

  async getIndex(signal?: AbortSignal): Promise<Bytes> {
    return readBody(await this.ask('/index', { signal }), INDEX_SEALED_BYTES_MAX)
  }

  /** All extent hashes, 32 bytes each. */
  async getExtentHashes(signal?: AbortSignal): Promise<Bytes> {
    const bytesMax = (CHUNKS_MAX / EXTENT_CHUNKS) * HASH_BYTES
    return readBody(await this.ask('/extents', { signal }), bytesMax)
  }

  /** Chunk hashes of one extent, 32 bytes each. */
  async getChunkHashes(extent: number, signal?: AbortSignal): Promise<Bytes> {
    return readBody(await this.ask(`/extents/${extent}`, { signal }), EXTENT_CHUNKS * HASH_BYTES)
  }

  /** Chunk hashes of an extent, and of up to EXTENTS_SHOWN_MAX - 1 behind it: a seed may show fewer. */
  async getHashRun(first: number, signal?: AbortSignal): Promise<Bytes> {
    const path = `/extents/${first}?count=${EXTENTS_SHOWN_MAX}`
    const bytesMax = EXTENTS_SHOWN_MAX * EXTENT_CHUNKS * HASH_BYTES
    return readBody(await this.ask(path, { signal }), bytesMax)
  }

  /** Which chunks it holds, one bit each, the first one highest; waits until it holds more than `after`. */
  async getHeld(after?: number, signal?: AbortSignal): Promise<Bytes> {
    const query = after === undefined ? '' : `?after=${after}`
    const timeoutMs = LONG_POLL_MS_MAX + 15_000
    return readBody(await this.ask(`/held${query}`, { signal, timeoutMs }), CHUNKS_MAX / 8)
  }

  /** Streams sealed chunks that follow each other; ends early where the seed has a hole. */
  async *getChunks(request: ChunkRequest, signal?: AbortSignal): AsyncGenerator<SealedChunk> {
    const start = request.first * SEALED_CHUNK_BYTES_MAX
    const range = `bytes=${start}-${start + request.count * SEALED_CHUNK_BYTES_MAX - 1}`
    const response = await this.ask('/data', { headers: { range }, signal })
    yield* readChunks(response, request)
  }

  /** Receipts as signed records, this seed's own first if it holds all. @param challenge - 16 bytes. */
  async getReceipts(challenge: Bytes, signal?: AbortSignal): Promise<Bytes[]> {
    const query = `?challenge=${formatHex(challenge)}`
    const response = await this.ask(`/receipts${query}`, { signal })
    return parseReceipts(await readJson(response))
  }

  /** At the address that answers as the seed, with the token if there is one. */
  protected ask(path: string, options: Ask): Promise<Response> {
    const authorization =
      this.#readToken === undefined ? {} : { authorization: `Bearer ${this.#readToken}` }
    const headers = { ...authorization, ...options.headers }
    return this.#addresses.ask(path, { ...options, headers })
  }
}

/**
 * What a 410 says, in the owner's own signed words: a seed alone cannot make a share look deleted.
 *
 * @returns undefined unless the fault carries a checkpoint of this owner for this share.
 */
export function signedEnd(
  fault: TransferError,
  shareId: ShareId,
  ownerPublicKey: Bytes,
): Readonly<{ bytes: Bytes; checkpoint: Checkpoint }> | undefined {
  try {
    const bytes = parseGoneDetails(fault.details)
    const checkpoint = openCheckpoint(bytes, ownerPublicKey)
    return checkpoint.shareId === shareId ? { bytes, checkpoint } : undefined
  } catch {
    // A seed that answers with anything else proves nothing.
    return undefined
  }
}
