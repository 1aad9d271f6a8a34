import { createHash, type Hash } from 'node:crypto'
import type { Bytes } from '../../protocol/bytes.ts'
import { assert } from '../../protocol/errors.ts'
import type { ChunkSet } from '../../protocol/swarm/chunk-set.ts'
import { free } from '../../protocol/memory.ts'
import type { StreamLayout } from '../engine/receive/stream-layout.ts'

type HasherOptions = Readonly<{
  layout: StreamLayout
  isWanted: (entry: number) => boolean
  /** Reads a chunk back that was added before. */
  reread: (chunk: number) => Promise<Bytes>
}>

/** Plain chunks kept in memory until their turn: 16 MiB. The rest is read again, from the page cache at best. */
const KEPT_CHUNKS_MAX = 64

/** SHA-256 of every file, while the chunks come by in any order: none is kept for long or read twice. */
export class StreamHasher {
  readonly #options: HasherOptions
  /** Chunks with bytes of wanted files. */
  readonly #chunks: ChunkSet
  readonly #isAdded = new Set<number>()
  readonly #kept = new Map<number, Bytes>()
  readonly #digests = new Map<number, string>()
  /** The chunk that is next; undefined at the end. */
  #next: number | undefined
  #open: { entry: number; hash: Hash } | undefined
  #pumping: Promise<void> | undefined

  constructor(options: HasherOptions) {
    this.#options = options
    const { layout, isWanted } = options
    this.#chunks = layout.chunkSetOf(new Set([...layout.index.keys()].filter(isWanted)))
    this.#next = this.#chunks.nextFrom(0)
  }

  /** Takes over a chunk that is written, and can be read back from now on. */
  add(chunk: number, plain: Bytes): void {
    // Padding is in no file.
    if (!this.#chunks.has(chunk)) return free(plain)
    this.#isAdded.add(chunk)
    if (this.#kept.size < KEPT_CHUNKS_MAX || chunk === this.#next) this.#kept.set(chunk, plain)
    else free(plain)
    return this.#pump()
  }

  /** @returns The hash of each wanted file in hex; all of its chunks were added. */
  async finish(): Promise<ReadonlyMap<number, string>> {
    while (this.#pumping !== undefined) await this.#pumping
    assert(this.#next === undefined, 'all chunks to be added')
    for (const [entry, { path, size }] of this.#options.layout.index.entries()) {
      const isEmptyFile = size === 0 && !path.endsWith('/') && this.#options.isWanted(entry)
      if (isEmptyFile) this.#digests.set(entry, createHash('sha256').digest('hex'))
    }
    return this.#digests
  }

  #pump(): void {
    if (this.#pumping !== undefined || !this.#isAdded.has(this.#next ?? -1)) return
    this.#pumping = this.#hashOn().finally(() => {
      this.#pumping = undefined
    })
    // `finish` tells whoever waits.
    this.#pumping.catch(() => undefined)
  }

  async #hashOn(): Promise<void> {
    for (;;) {
      const chunk = this.#next
      if (chunk === undefined || !this.#isAdded.delete(chunk)) return
      const kept = this.#kept.get(chunk)
      this.#kept.delete(chunk)
      const plain = kept ?? (await this.#options.reread(chunk))
      this.#hash(chunk, plain)
      free(plain)
      this.#next = this.#chunks.nextFrom(chunk + 1)
    }
  }

  #hash(chunk: number, plain: Bytes): void {
    const { layout, isWanted } = this.#options
    for (const { entry, fileOffset, chunkOffset, length } of layout.segmentsOf(chunk)) {
      if (!isWanted(entry)) continue
      if (fileOffset === 0) this.#open = { entry, hash: createHash('sha256') }
      assert(this.#open?.entry === entry, 'the files in order')
      this.#open.hash.update(plain.subarray(chunkOffset, chunkOffset + length))
      if (fileOffset + length < (layout.index[entry]?.size ?? 0)) continue
      this.#digests.set(entry, this.#open.hash.digest('hex'))
      this.#open = undefined
    }
  }
}
