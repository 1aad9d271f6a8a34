import { acceptCheckpoint, chunkHashAt, type Accepted } from '../../../protocol/accept.ts'
import { isEqual, type Bytes } from '../../../protocol/bytes.ts'
import { TransferError } from '../../../protocol/errors.ts'
import type { Genesis } from '../../../protocol/genesis.ts'
import {
  extentChunkCount,
  extentHashOf,
  HASH_BYTES,
  type ExtentHashes,
} from '../../../protocol/hash-list.ts'
import type { ShareId } from '../../../protocol/share-id.ts'
import { acceptFirst } from './first-acceptance.ts'
import type { SeenStore } from './seen-store.ts'

/** A checkpoint that somebody showed, and the hash list that came with it. */
export type Shown = Readonly<{ checkpoint: Bytes; extents: readonly ExtentHashes[] }>

type RecordOptions = Readonly<{
  shareId: ShareId
  genesis: Genesis
  seen: SeenStore
  nowMs: () => number
}>

/** What is published of one share, as far as it is known here. It only ever grows, across runs too. */
export class ShareRecord {
  readonly #options: RecordOptions
  #accepted: Accepted | undefined
  /** Its own list, so that chunk hashes can be put in as they are needed. */
  #extents: ExtentHashes[] = []
  #taking: Promise<unknown> = Promise.resolve()

  constructor(options: RecordOptions) {
    this.#options = options
  }

  get genesis(): Genesis {
    return this.#options.genesis
  }

  /** The newest checkpoint there is; undefined until the first one is accepted. */
  get accepted(): Accepted | undefined {
    return this.#accepted
  }

  get isSealed(): boolean {
    return this.#accepted?.checkpoint.state === 'sealed'
  }

  /**
   * Takes what somebody showed. What is returned was persisted before.
   *
   * @throws {TransferError} As `acceptFirst` and `acceptCheckpoint` do; SHARE_DELETED if it says so; CLOCK_WRONG if
   *   it is ahead of the clock here, and wrong in nothing else.
   */
  take(shown: Shown): Promise<Accepted> {
    // One after the other: each is held against the one before.
    const taken = this.#taking.then(() => this.#take(shown))
    this.#taking = taken.catch(() => undefined)
    return taken
  }

  /** The hash of an extent. */
  extentHash(extent: number): Bytes | undefined {
    return this.#extents[extent]?.hash
  }

  /** The hash of a sealed chunk; undefined if it is not published or not loaded. */
  chunkHash(index: number): Bytes | undefined {
    return this.#accepted === undefined ? undefined : chunkHashAt(this.#accepted, index)
  }

  hasChunkHashes(extent: number): boolean {
    return this.#extents[extent]?.chunkHashes !== undefined
  }

  /** How long the chunk hashes of an extent are. */
  chunkHashesBytes(extent: number): number {
    const chunkCount = this.#accepted?.checkpoint.chunkCount ?? 0
    return extentChunkCount(extent, chunkCount) * HASH_BYTES
  }

  /** Puts in the chunk hashes of an extent. @returns False if they are not what was published. */
  putChunkHashes(extent: number, chunkHashes: Bytes): boolean {
    const hash = this.extentHash(extent)
    if (hash === undefined || !isEqual(extentHashOf(extent, chunkHashes), hash)) return false
    this.#extents[extent] = { hash, chunkHashes }
    return true
  }

  async #take({ checkpoint, extents }: Shown): Promise<Accepted> {
    const { shareId, seen } = this.#options
    const before = this.#accepted
    const kept = before?.bytes ?? (await seen.load(shareId))
    const accepted = await this.#accept({ checkpoint, extents }, kept)
    if (accepted === before) return before
    await seen.save(shareId, accepted.bytes)
    this.#extents = accepted.extents.map((extent, e) => this.#known(e, extent))
    this.#accepted = { ...accepted, extents: this.#extents }
    if (accepted.checkpoint.state !== 'deleted') return this.#accepted
    throw new TransferError('SHARE_DELETED', 'The sender deleted this share.')
  }

  /** Chunk hashes that were loaded stay so. */
  #known(e: number, extent: ExtentHashes): ExtentHashes {
    const known = this.#extents[e]
    if (extent.chunkHashes !== undefined || known === undefined) return extent
    return isEqual(known.hash, extent.hash) ? known : extent
  }

  async #accept({ checkpoint, extents }: Shown, kept: Bytes | undefined): Promise<Accepted> {
    const { shareId, genesis, seen, nowMs } = this.#options
    const offer = { shareId, genesis, checkpoint, extents }
    const accept = (atMs: number): Accepted => {
      if (this.#accepted === undefined) return acceptFirst(offer, kept, atMs)
      return acceptCheckpoint(offer, this.#accepted, atMs)
    }
    try {
      return accept(nowMs())
    } catch (cause) {
      if (isInvalid(cause) && !isEverInvalid(accept)) throw clockWrong(cause)
      const isEvidence = cause instanceof TransferError && cause.code === 'CHECKPOINT_CONFLICT'
      if (isEvidence && kept !== undefined) await seen.keepEvidence(shareId, [kept, checkpoint])
      throw cause
    }
  }
}

/** Whoever passes on what the owner signed for later tells no lie: the clock here may be slow. */
function isEverInvalid(accept: (atMs: number) => Accepted): boolean {
  try {
    accept(Infinity)
    return false
  } catch (cause) {
    return isInvalid(cause)
  }
}

function isInvalid(cause: unknown): boolean {
  return cause instanceof TransferError && cause.code === 'CHECKPOINT_INVALID'
}

function clockWrong(cause: unknown): TransferError {
  const message =
    'The sender published this more than two days ahead of the clock of this device, which may be wrong.'
  return new TransferError('CLOCK_WRONG', message, { cause })
}
