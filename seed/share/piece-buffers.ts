import type { Bytes } from '../../protocol/bytes.ts'
import { SEALED_CHUNK_BYTES_MAX } from '../../protocol/limits.ts'

/** Verified bytes in memory that is used again: call `release` once nobody reads them any more. */
export type DataPiece = Readonly<{ bytes: Bytes; release: () => void }>

/** Chunks read at once: more are faster, fewer cost less while many downloads run. */
const CHUNKS_FEW_READERS = 4
const FEW_READERS = 16
const FREE_MAX = 32

/** Memory for what is read and sent, used again: fresh pages cost as much as the bytes that go into them. */
export class PieceBuffers {
  readonly #free = new Map<number, Bytes[]>()
  #readers = 0

  /** Counts a download in. @returns Counts it out again. */
  enter(): () => void {
    this.#readers += 1
    return () => {
      this.#readers -= 1
    }
  }

  /** How many chunks a piece has, while so many downloads run. */
  get pieceChunks(): number {
    return this.#readers <= FEW_READERS ? CHUNKS_FEW_READERS : 1
  }

  take(chunkCount: number): Bytes {
    const free = this.#free.get(chunkCount)?.pop()
    if (free !== undefined) return free
    // Not zeroed: it is filled from the disk, and only what was filled is hashed and sent.
    const { buffer } = Buffer.allocUnsafeSlow(chunkCount * SEALED_CHUNK_BYTES_MAX)
    return new Uint8Array(buffer)
  }

  /** Gives memory back that nobody reads any more: what `take` gave, or a part of it. */
  release(chunkCount: number, { buffer }: Bytes): void {
    const free = this.#free.get(chunkCount) ?? []
    if (free.length < FREE_MAX) free.push(new Uint8Array(buffer))
    this.#free.set(chunkCount, free)
  }
}
