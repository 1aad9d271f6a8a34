import { extentOf } from '../../../protocol/hash-list.ts'
import type { Accepted } from '../../../protocol/accept.ts'
import { isEqual, type Bytes } from '../../../protocol/bytes.ts'
import { sealChunk } from '../../../protocol/chunk.ts'
import { engine } from '../../../protocol/crypto/engine.ts'
import { assert } from '../../../protocol/errors.ts'
import { EXTENT_CHUNKS, OPEN_PARALLEL_MAX } from '../../../protocol/limits.ts'
import { openPublishedChunk } from '../../../protocol/published.ts'
import { ChunkSet } from '../../../protocol/swarm/chunk-set.ts'
import type { FetchWait } from '../../../protocol/swarm/fetch-wait.ts'
import { free } from '../../../protocol/memory.ts'
import { FetchEngine } from './fetch-engine.ts'
import type { ShareContent } from './share-content.ts'
import type { ChunkSource } from './share-source.ts'
import type { Sink } from './sink.ts'

export type DownloadOptions = Readonly<{
  content: ShareContent
  sink: Sink
  /** Which entries of the index are wanted; all, if undefined. */
  entries?: ReadonlySet<number>
  windowChunks?: number
  /** How many of them wait in memory, if one of the sources keeps what is given to `keep`. */
  nearChunks?: number
  /** Draws the order, where the sink takes chunks in any and others may be there to swap with. */
  random?: () => number
  /** Others that have sealed chunks, such as a store on this machine. */
  sources?: readonly ChunkSource[]
  /** Takes over each sealed chunk that was opened, for a store on this machine. */
  keep?: (chunk: number, sealed: Bytes) => void
  /** Told what each source brought. */
  count?: (source: ChunkSource, bytes: number) => void
  nowMs?: () => number
}>

/** A chunk that is as it was published. */
type CheckedChunk = Readonly<{ plain: Bytes; sealed: Bytes }>

/** Fetches a share, or some of its files, into a sink: each chunk verified, opened and written once. */
export class Download {
  readonly #options: DownloadOptions
  readonly #wanted: ChunkSet
  /** Those that came, whether they are saved or only kept. */
  readonly #checked: ChunkSet
  #engine: FetchEngine<CheckedChunk> | undefined
  #checkedBytes = 0
  #doneBytes = 0
  #isChecking = false
  #isFetched = false

  constructor(options: DownloadOptions) {
    this.#options = options
    const { layout } = options.content
    this.#wanted = layout.chunkSetOf(options.entries)
    this.#checked = new ChunkSet(layout.chunkCount)
  }

  /** Bytes of wanted files that are here and verified, from before too: a sink may write them later, in its order. */
  get checkedBytes(): number {
    return this.#checkedBytes
  }

  /** Those of them that are written. */
  get doneBytes(): number {
    return this.#doneBytes
  }

  /** Bytes of wanted files. */
  get totalBytes(): number {
    const { content, entries } = this.#options
    return content.layout.index.reduce((sum, { size }, entry) => {
      return entries === undefined || entries.has(entry) ? sum + size : sum
    }, 0)
  }

  /** Why nothing moves, undefined while something does. */
  get wait(): FetchWait | { reason: 'checking' | 'unsealed' } | undefined {
    if (this.#isChecking) return { reason: 'checking' }
    const { record } = this.#options.content.session
    return this.#isFetched && !record.isSealed ? { reason: 'unsealed' } : this.#engine?.wait
  }

  /** All that anybody has of it is here, or about to be: the rest comes as fast as the sender uploads it. */
  get awaitsSender(): boolean {
    return !this.#options.content.session.record.isSealed && this.#engine?.awaitsSender === true
  }

  /**
   * Resolves when every wanted chunk is written and the share is sealed: "complete" means exactly the content
   * that its owner sealed.
   *
   * @throws {TransferError} What ended it; what was written stays with the sink.
   */
  async run(signal: AbortSignal): Promise<void> {
    const { session } = this.#options.content
    const unwant = session.want()
    try {
      await this.#run(AbortSignal.any([signal, session.signal]))
    } finally {
      unwant()
    }
  }

  async #run(signal: AbortSignal): Promise<void> {
    const present = await this.#confirmClaimed(signal)
    const missing = new ChunkSet(this.#wanted.chunkCount, this.#wanted.bitmap())
    for (let at = present.nextFrom(0); at !== undefined; at = present.nextFrom(at + 1)) {
      missing.delete(at)
    }
    await this.#fetch(missing, signal)
    this.#isFetched = true
    await this.#untilSealed(signal)
  }

  async #fetch(wanted: ChunkSet, signal: AbortSignal): Promise<void> {
    const {
      content,
      windowChunks,
      nearChunks,
      random,
      count: countBytes,
      nowMs = () => performance.now(),
    } = this.#options
    const { session, layout } = content
    const fetching = new FetchEngine<CheckedChunk>({
      chunkCount: layout.chunkCount,
      wanted,
      ...(windowChunks === undefined ? {} : { windowChunks }),
      ...(nearChunks === undefined ? {} : { nearChunks }),
      ...(random === undefined ? {} : { random }),
      prepare: (first, count) => this.#prepare(first, count),
      check: (index, sealed) => this.#open(index, sealed),
      deliver: (index, chunk) => this.#write(index, chunk),
      keep: (index, chunk) => this.#keep(index, chunk),
      ...(countBytes === undefined ? {} : { count: countBytes }),
      note: (source, fault) => session.note(source, fault),
      ban: (source, fault) => session.ban(source, fault),
      nowMs,
    })
    this.#engine = fetching
    for (const source of this.#options.sources ?? []) fetching.addSource(source)
    const stop = session.listen({
      source: (source) => {
        fetching.addSource(source)
        // Who has what is not known before the share is whole everywhere.
        if (!session.record.isSealed) fetching.watchHeld(source.id)
      },
      gone: ({ id }) => fetching.removeSource(id),
      published: ({ checkpoint }) => fetching.publish(checkpoint.chunkCount),
    })
    try {
      await fetching.run(signal)
    } finally {
      stop()
    }
  }

  /** What a sink says it has is sealed again: only what gives the published hash counts. */
  async #confirmClaimed(signal: AbortSignal): Promise<ChunkSet> {
    const { claimed } = this.#options.sink
    const present = new ChunkSet(this.#wanted.chunkCount)
    let next = 0
    const checkNext = async (): Promise<void> => {
      for (;;) {
        const chunk = claimed.nextFrom(next)
        if (chunk === undefined) return
        next = chunk + 1
        signal.throwIfAborted()
        if (this.#wanted.has(chunk) && (await this.#confirm(chunk))) present.add(chunk)
      }
    }
    this.#isChecking = claimed.size > 0
    await Promise.all(Array.from({ length: OPEN_PARALLEL_MAX }, checkNext))
    this.#isChecking = false
    return present
  }

  async #confirm(chunk: number): Promise<boolean> {
    const { content, sink } = this.#options
    const { keys, layout, session } = content
    if (chunk >= this.#accepted().checkpoint.chunkCount) return false
    const plain = await sink.read(chunk)
    if (plain?.length !== layout.chunkBytes(chunk)) return false
    const isFinal = chunk === layout.chunkCount - 1
    const sealed = await sealChunk(keys, { shareId: session.shareId, index: chunk, isFinal }, plain)
    const [hash] = await Promise.all([engine.sha256(sealed), this.#loadHashes(chunk)])
    const expected = session.record.chunkHash(chunk)
    if (expected === undefined || !isEqual(hash, expected)) return false
    await sink.confirm(chunk, plain)
    this.#countChecked(chunk)
    this.#doneBytes += this.#fileBytes(chunk)
    return true
  }

  async #open(index: number, sealed: Bytes): Promise<CheckedChunk> {
    await this.#loadHashes(index)
    const { keys } = this.#options.content
    return { plain: await openPublishedChunk(this.#accepted(), keys, { index, sealed }), sealed }
  }

  async #write(index: number, { plain, sealed }: CheckedChunk): Promise<void> {
    const { keep, sink } = this.#options
    this.#countChecked(index)
    if (keep === undefined) free(sealed)
    else keep(index, sealed)
    await sink.write(index, plain)
    this.#doneBytes += this.#fileBytes(index)
  }

  #keep(index: number, { plain, sealed }: CheckedChunk): void {
    this.#countChecked(index)
    free(plain)
    this.#options.keep?.(index, sealed)
  }

  #countChecked(index: number): void {
    if (this.#checked.add(index)) this.#checkedBytes += this.#fileBytes(index)
  }

  /** The hashes are asked for together with the chunks: one round trip for both. */
  #prepare(first: number, count: number): void {
    for (let index = first; index < first + count; index += EXTENT_CHUNKS) {
      this.#loadHashes(index).catch(() => undefined)
    }
    this.#loadHashes(first + count - 1).catch(() => undefined)
  }

  #loadHashes(index: number): Promise<void> {
    return this.#options.content.session.hashes.load(extentOf(index))
  }

  /** A part of a live share may be here before the share is complete. */
  async #untilSealed(signal: AbortSignal): Promise<void> {
    const { record } = this.#options.content.session
    while (!record.isSealed) {
      signal.throwIfAborted()
      await this.#options.content.session.untilChanged(signal)
    }
  }

  #fileBytes(chunk: number): number {
    const { content, entries } = this.#options
    return content.layout.segmentsOf(chunk).reduce((sum, { entry, length }) => {
      return entries === undefined || entries.has(entry) ? sum + length : sum
    }, 0)
  }

  #accepted(): Accepted {
    const { accepted } = this.#options.content.session.record
    assert(accepted !== undefined, 'an accepted checkpoint before any chunk')
    return accepted
  }
}
