import { extentOf } from '../../../protocol/hash-list.ts'
import { isEqual, type Bytes } from '../../../protocol/bytes.ts'
import type { Checkpoint } from '../../../protocol/checkpoint.ts'
import { engine } from '../../../protocol/crypto/engine.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { SEALED_CHUNK_BYTES_MAX, SEALED_OVERHEAD_BYTES } from '../../../protocol/limits.ts'
import { ChunkSet } from '../../../protocol/swarm/chunk-set.ts'
import { unlessAborted } from '../delay.ts'
import type { FetchWait } from '../../../protocol/swarm/fetch-wait.ts'
import { FetchEngine } from '../receive/fetch-engine.ts'
import type { ShareSession } from '../receive/share-session.ts'
import type { SealedShelf } from './share-shelf.ts'

/** Keeps sealed chunks of one share on this machine. */
export interface HelpStore extends SealedShelf {
  put(index: number, sealed: Bytes): Promise<void>
}

export type HelperOptions = Readonly<{
  session: ShareSession
  store: HelpStore
  /** Told of each chunk that is kept. */
  hold: (indexes: readonly number[]) => void
  bytesMax: number
  /** 0 to 1: where not all of it fits, every helper keeps another part. */
  random: () => number
}>

/** Fetches a share to pass it on, with no key to what is in it: whole, or as much as may be kept. */
export class ShareHelper {
  readonly #options: HelperOptions
  #looked = 0
  #heldCount = 0
  #heldBytes = 0
  #fetching: FetchEngine<Bytes> | undefined

  constructor(options: HelperOptions) {
    this.#options = options
  }

  /** Sealed bytes that are here, and that there are so far: undefined while nobody has shown the share. */
  get kept(): Readonly<{ heldBytes: number; totalBytes?: number }> {
    const { checkpoint } = this.#options.session.knownRecord?.accepted ?? {}
    const heldBytes = this.#heldBytes
    return checkpoint === undefined
      ? { heldBytes }
      : { heldBytes, totalBytes: sealedBytes(checkpoint) }
  }

  /** Why nothing moves; undefined while something does, or nothing is to come. */
  get wait(): FetchWait | undefined {
    return this.#fetching?.wait
  }

  /**
   * Goes on as the share grows. Resolves once it is sealed, and all that may be kept is here.
   *
   * @returns How many chunks the share has.
   * @throws {TransferError} What ends the session, or what the disk says; the reason of `signal`.
   */
  async run(signal: AbortSignal): Promise<number> {
    const { session } = this.#options
    const both = AbortSignal.any([signal, session.signal])
    const record = await unlessAborted(session.untilKnown(), both)
    for (;;) {
      const { accepted, isSealed } = record
      const chunkCount = accepted?.checkpoint.chunkCount ?? 0
      if (chunkCount > this.#looked) await this.#fetch(chunkCount, both)
      else if (isSealed) return chunkCount
      else await session.untilChanged(both)
    }
  }

  async #fetch(chunkCount: number, signal: AbortSignal): Promise<void> {
    const { session } = this.#options
    const wanted = this.#choose(chunkCount)
    this.#looked = chunkCount
    const fetching = new FetchEngine<Bytes>({
      chunkCount,
      wanted,
      prepare: (first) => void this.#loadHashes(first).catch(() => undefined),
      check: (index, sealed) => this.#check(index, sealed),
      deliver: (index, sealed) => this.#keep(index, sealed),
      note: (source, fault) => session.note(source, fault),
      ban: (source, fault) => session.ban(source, fault),
      nowMs: () => performance.now(),
    })
    const stop = session.listen({
      source: (source) => fetching.addSource(source),
      gone: ({ id }) => fetching.removeSource(id),
      published: () => fetching.publish(chunkCount),
    })
    const unwant = session.want()
    this.#fetching = fetching
    try {
      await fetching.run(signal)
    } finally {
      this.#fetching = undefined
      unwant()
      stop()
    }
  }

  /** All that is new, or a random part of it where that is more than may be kept. */
  #choose(chunkCount: number): ChunkSet {
    const { bytesMax, random } = this.#options
    const wanted = new ChunkSet(chunkCount)
    let left = Math.floor(bytesMax / SEALED_CHUNK_BYTES_MAX) - this.#heldCount
    for (let index = this.#looked; index < chunkCount && left > 0; index += 1) {
      if (random() * (chunkCount - index) >= left) continue
      wanted.add(index)
      left -= 1
    }
    return wanted
  }

  async #check(index: number, sealed: Bytes): Promise<Bytes> {
    await this.#loadHashes(index)
    const expected = this.#options.session.record.chunkHash(index)
    if (expected !== undefined && isEqual(await engine.sha256(sealed), expected)) return sealed
    throw new TransferError('HASH_MISMATCH', `Chunk ${index} is not the one that was published.`)
  }

  async #keep(index: number, sealed: Bytes): Promise<void> {
    const { store, hold } = this.#options
    await store.put(index, sealed)
    this.#heldCount += 1
    this.#heldBytes += sealed.length
    hold([index])
  }

  #loadHashes(index: number): Promise<void> {
    return this.#options.session.hashes.load(extentOf(index))
  }
}

function sealedBytes({ chunkCount, lastChunkBytes }: Checkpoint): number {
  if (chunkCount === 0) return 0
  return (chunkCount - 1) * SEALED_CHUNK_BYTES_MAX + lastChunkBytes + SEALED_OVERHEAD_BYTES
}
