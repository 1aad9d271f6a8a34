import { isEqual, type Bytes } from '../../protocol/bytes.ts'
import { engine } from '../../protocol/crypto/engine.ts'
import { extentOf, HASH_BYTES } from '../../protocol/hash-list.ts'
import { EXTENT_CHUNKS, SEALED_CHUNK_BYTES_MAX } from '../../protocol/limits.ts'
import type { Share } from '../catalog/share.ts'
import type { ExtentReader } from '../store/extent-store.ts'
import { missing, offsetOf, readOrNothing, type Copies } from './copies.ts'
import { publishedBytes, sealedChunkBytes, type ByteSpan } from './data-layout.ts'
import { PieceBuffers, type DataPiece } from './piece-buffers.ts'
import { prefetch } from './prefetch.ts'
import { checkServable, type ShareParts } from './share-parts.ts'
import { VerifiedChunks } from './verified-chunks.ts'

/** Chunks `first` to `last` of one extent, read at once. */
type Batch = Readonly<{
  share: Share
  extent: number
  first: number
  last: number
  /** Chunk hashes of the extent. */
  hashes: Bytes | undefined
  reader: ExtentReader | undefined
}>

// One piece is read while another one is on its way out.
const PIECES_AHEAD = 1

/** Streams sealed chunks from the disk in bounded memory, each hashed before a byte of it goes out. */
export class DataReader {
  readonly #parts: ShareParts
  readonly #copies: Copies
  readonly #verified: VerifiedChunks
  readonly #buffers = new PieceBuffers()

  constructor(parts: ShareParts, copies: Copies) {
    this.#parts = parts
    this.#copies = copies
    this.#verified = new VerifiedChunks(parts.nowMs)
  }

  /**
   * Cuts a span where the first hole is.
   *
   * @returns undefined if it starts behind what is published.
   * @throws {TransferError} CHUNK_MISSING with `details.chunk` if it starts in a hole.
   */
  cut(share: Share, { start, end }: ByteSpan): ByteSpan | undefined {
    const { checkpoint } = share
    const total = checkpoint === undefined ? 0 : publishedBytes(checkpoint)
    if (start >= total) return undefined
    const first = Math.floor(start / SEALED_CHUNK_BYTES_MAX)
    const last = Math.floor(Math.min(end, total - 1) / SEALED_CHUNK_BYTES_MAX)
    const hole = share.held.firstMissing(first, last + 1)
    if (hole === first) throw missing(first)
    return { start, end: Math.min(end, total - 1, hole * SEALED_CHUNK_BYTES_MAX - 1) }
  }

  /** The bytes of a span that `cut` gave. @throws {TransferError} CHUNK_MISSING where a copy turns out bad. */
  async *read(share: Share, span: ByteSpan): AsyncGenerator<DataPiece> {
    const leave = this.#buffers.enter()
    try {
      const pieces = this.#pieces(share, span)
      yield* prefetch(pieces, PIECES_AHEAD, (piece) => {
        piece.release()
      })
    } finally {
      leave()
    }
  }

  async *#pieces(share: Share, span: ByteSpan): AsyncGenerator<DataPiece> {
    const end = Math.floor(span.end / SEALED_CHUNK_BYTES_MAX)
    let next = Math.floor(span.start / SEALED_CHUNK_BYTES_MAX)
    while (next <= end) {
      const extent = extentOf(next)
      const extentEnd = Math.min(end, (extent + 1) * EXTENT_CHUNKS - 1)
      const hashes = await this.#parts.catalog.chunkHashes(share, extent)
      await using reader = await this.#parts.store.openReader({ shareId: share.id, extent })
      while (next <= extentEnd) {
        checkServable(this.#parts, share)
        const last = Math.min(extentEnd, next + this.#buffers.pieceChunks - 1)
        yield* this.#piece({ share, extent, first: next, last, hashes, reader }, span)
        next = last + 1
      }
    }
  }

  /** One piece, shorter where a bad copy stands: that is reported, and the stream ends there. */
  async *#piece(batch: Batch, span: ByteSpan): AsyncGenerator<DataPiece> {
    const chunkCount = batch.last - batch.first + 1
    const memory = this.#buffers.take(chunkCount)
    const release = (): void => {
      this.#buffers.release(chunkCount, memory)
    }
    const goodCount = await this.#readGood(batch, memory)
    const base = batch.first * SEALED_CHUNK_BYTES_MAX
    const from = Math.max(0, span.start - base)
    const to = Math.min(goodCount * SEALED_CHUNK_BYTES_MAX, span.end + 1 - base)
    if (to > from) yield { bytes: memory.subarray(from, to), release }
    else release()
    if (goodCount === chunkCount) return
    await this.#copies.reportBad(batch.share, batch.first + goodCount)
    throw missing(batch.first + goodCount)
  }

  /** @returns How many of the chunks, from the first one on, are as they should be. */
  async #readGood(
    { share, extent, first, last, hashes, reader }: Batch,
    into: Bytes,
  ): Promise<number> {
    const { checkpoint } = share
    if (checkpoint === undefined || reader === undefined || hashes === undefined) return 0
    const lastStart = (last - first) * SEALED_CHUNK_BYTES_MAX
    const length = lastStart + sealedChunkBytes(checkpoint, last)
    const filled = await readOrNothing(reader, offsetOf(first), into.subarray(0, length))
    const isGood = async (index: number): Promise<boolean> => {
      const start = (index - first) * SEALED_CHUNK_BYTES_MAX
      const sealed = into.subarray(start, start + sealedChunkBytes(checkpoint, index))
      if (start + sealed.length > filled) return false
      const place = { shareId: share.id, extent }
      if (this.#verified.has(place, reader, index)) return true
      const at = (index % EXTENT_CHUNKS) * HASH_BYTES
      const hash = hashes.subarray(at, at + HASH_BYTES)
      if (!isEqual(await engine.sha256(sealed), hash)) return false
      this.#verified.add(place, reader, index)
      return true
    }
    const indexes = Array.from({ length: last - first + 1 }, (_, i) => first + i)
    const checked = await Promise.all(indexes.map(isGood))
    const bad = checked.indexOf(false)
    return bad === -1 ? indexes.length : bad
  }
}
