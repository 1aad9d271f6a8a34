import { extentOf } from '../../protocol/hash-list.ts'
import { isEqual, type Bytes } from '../../protocol/bytes.ts'
import { engine } from '../../protocol/crypto/engine.ts'
import { TransferError } from '../../protocol/errors.ts'
import { EXTENT_CHUNKS } from '../../protocol/limits.ts'
import { ChunkSet } from '../../protocol/swarm/chunk-set.ts'
import type { ChunkRequest, SealedChunk } from '../engine/net/chunk-stream.ts'
import { delay } from '../engine/delay.ts'
import { free } from '../../protocol/memory.ts'
import type { ShareSession } from '../engine/receive/share-session.ts'
import type { ChunkSource, SourceNews } from '../engine/receive/share-source.ts'
import type { SealedShelf } from '../engine/swarm/share-shelf.ts'
import type { ChunkKeeper } from './chunk-keeper.ts'

/** A store that does not open by then is done without: a save does not wait for it. */
const OPEN_MS = 1500

/**
 * The sealed chunks of one share that this browser keeps: a source like any other, but that nobody else is asked
 * for what it holds. What it holds is hashed here: bytes that rotted on the disk are nobody's fault.
 */
export class StoreSource implements ChunkSource, SealedShelf {
  readonly id = 'this browser'
  readonly name = 'this browser'
  readonly kind = 'local'
  readonly traits = { runChunksMax: EXTENT_CHUNKS, runsMax: 1, isLocal: true }
  readonly held: ChunkSet
  readonly #keeper: ChunkKeeper
  readonly #session: ShareSession
  readonly #listeners = new Set<(news: SourceNews) => void>()
  #isForgotten = false

  private constructor(keeper: ChunkKeeper, session: ShareSession, chunkCount: number) {
    this.#keeper = keeper
    this.#session = session
    this.held = new ChunkSet(chunkCount)
  }

  /** Looks at what is kept from before. @param told - Of each chunk that it is to keep, and whether it does. */
  static async open(
    keeper: ChunkKeeper,
    session: ShareSession,
    { chunkCount, told }: { chunkCount: number; told: (index: number, isKept: boolean) => void },
  ): Promise<StoreSource> {
    const store = new StoreSource(keeper, session, chunkCount)
    const opening = keeper.open(session.shareId, (index, isKept) => {
      // What was on its way to the disk when all was let go went with it.
      const isHeld = isKept && !store.#isForgotten
      if (isHeld) store.held.add(index)
      told(index, isHeld)
      store.#tell(index, isHeld)
    })
    const late = delay(OPEN_MS, session.signal).then(() => [])
    for (const index of await Promise.race([opening, late])) store.held.add(index)
    return store
  }

  /** What it holds. */
  get indexes(): number[] {
    const indexes: number[] = []
    let at = this.held.nextFrom(0)
    for (; at !== undefined; at = this.held.nextFrom(at + 1)) indexes.push(at)
    return indexes
  }

  /** Takes over a chunk whose hash is right. */
  keep(index: number, sealed: Bytes): void {
    if (!this.held.has(index)) return this.#keeper.put(index, sealed)
    free(sealed)
    return this.#tell(index, true)
  }

  /** Tells of each chunk that it was to keep whether it does. */
  watch(take: (news: SourceNews) => void): () => void {
    this.#listeners.add(take)
    return () => this.#listeners.delete(take)
  }

  /** For others: whoever serves it looks whether it is what was published. */
  async read(index: number): Promise<Bytes | undefined> {
    return this.held.has(index) ? this.#keeper.get(index) : undefined
  }

  /** Nobody needs it any more. @returns What it held. */
  forget(): readonly number[] {
    const { indexes } = this
    this.#isForgotten = true
    for (const index of indexes) this.held.delete(index)
    this.#keeper.forget(this.#session.shareId)
    return indexes
  }

  async *getChunks(
    { first, count, onBytes }: ChunkRequest,
    signal: AbortSignal,
  ): AsyncGenerator<SealedChunk> {
    let reading = this.#readChecked(first)
    for (let index = first; index < first + count; index += 1) {
      const sealed = await reading
      signal.throwIfAborted()
      if (sealed === undefined && index === first) {
        throw new TransferError('CHUNK_MISSING', 'It is not kept here.')
      }
      if (sealed === undefined) return
      onBytes?.(sealed.length)
      // The disk reads the next one while this one is opened.
      if (index + 1 < first + count) {
        reading = this.#readChecked(index + 1)
        reading.catch(() => undefined)
      }
      yield { index, sealed }
    }
  }

  async *watchHeld(): AsyncGenerator<ChunkSet> {
    yield this.held
  }

  #tell(index: number, isHeld: boolean): void {
    const type = isHeld ? 'gained' : 'lost'
    for (const listener of this.#listeners) listener({ type, indexes: [index] })
  }

  /** Undefined, and let go of, unless it is what was published. */
  async #readChecked(index: number): Promise<Bytes | undefined> {
    if (!this.held.has(index)) return undefined
    const sealed = await this.#keeper.get(index)
    if (sealed !== undefined && (await this.#isPublished(index, sealed))) return sealed
    this.held.delete(index)
    this.#keeper.drop(index)
    return undefined
  }

  async #isPublished(index: number, sealed: Bytes): Promise<boolean> {
    const { hashes, record } = this.#session
    const [hash] = await Promise.all([engine.sha256(sealed), hashes.load(extentOf(index))])
    const expected = record.chunkHash(index)
    return expected !== undefined && isEqual(hash, expected)
  }
}
