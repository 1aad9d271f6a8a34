import { CHUNK_PLAIN_BYTES } from '../../../protocol/limits.ts'
import { chunkCountOf } from '../../../protocol/padme.ts'
import type { ShareIndex } from '../../../protocol/share-index.ts'
import { streamBytesOf } from '../../../protocol/stream.ts'
import { ChunkSet } from '../../../protocol/swarm/chunk-set.ts'

/** A stretch of one file that lies in one chunk. */
export type Segment = Readonly<{
  /** Its place in the index. */
  entry: number
  /** Where it starts in the file, and in the chunk. */
  fileOffset: number
  chunkOffset: number
  length: number
}>

/** Where the files lie in the stream: one after the other in index order, then padding. */
export class StreamLayout {
  readonly index: ShareIndex
  /** L: files and padding. */
  readonly streamBytes: number
  readonly chunkCount: number
  /** Where each entry starts; one more for where the last one ends. */
  readonly #starts: Float64Array

  constructor(index: ShareIndex) {
    this.index = index
    this.streamBytes = streamBytesOf(index)
    this.chunkCount = chunkCountOf(this.streamBytes)
    this.#starts = new Float64Array(index.length + 1)
    for (const [i, { size }] of index.entries()) this.#starts[i + 1] = this.#start(i) + size
  }

  /** Plain bytes of a chunk. */
  chunkBytes(chunk: number): number {
    return Math.min(CHUNK_PLAIN_BYTES, this.streamBytes - chunk * CHUNK_PLAIN_BYTES)
  }

  /** What of which file lies in a chunk, in order. Padding lies in no file. */
  segmentsOf(chunk: number): Segment[] {
    const chunkStart = chunk * CHUNK_PLAIN_BYTES
    const chunkEnd = chunkStart + this.chunkBytes(chunk)
    const segments: Segment[] = []
    for (let entry = this.#entryAt(chunkStart); entry < this.index.length; entry += 1) {
      const start = Math.max(this.#start(entry), chunkStart)
      const end = Math.min(this.#start(entry + 1), chunkEnd)
      if (this.#start(entry) >= chunkEnd) break
      if (end <= start) continue
      const fileOffset = start - this.#start(entry)
      segments.push({ entry, fileOffset, chunkOffset: start - chunkStart, length: end - start })
    }
    return segments
  }

  /** The chunks in which an entry has bytes: none for an empty file. */
  chunksOf(entry: number): { first: number; end: number } {
    const [start, end] = [this.#start(entry), this.#start(entry + 1)]
    const first = Math.floor(start / CHUNK_PLAIN_BYTES)
    return { first, end: end === start ? first : Math.ceil(end / CHUNK_PLAIN_BYTES) }
  }

  /** All chunks with bytes of these entries; of the whole stream, padding too, if undefined. */
  chunkSetOf(entries: ReadonlySet<number> | undefined): ChunkSet {
    if (entries === undefined) return ChunkSet.full(this.chunkCount)
    const chunks = new ChunkSet(this.chunkCount)
    for (const entry of entries) {
      const { first, end } = this.chunksOf(entry)
      chunks.addRange(first, end)
    }
    return chunks
  }

  /** The first entry that ends after `offset`. */
  #entryAt(offset: number): number {
    let low = 0
    let high = this.index.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#start(middle + 1) <= offset) low = middle + 1
      else high = middle
    }
    return low
  }

  #start(entry: number): number {
    return this.#starts[entry] ?? 0
  }
}
