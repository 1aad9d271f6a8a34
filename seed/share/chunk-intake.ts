import { isEqual, type Bytes } from '../../protocol/bytes.ts'
import { engine } from '../../protocol/crypto/engine.ts'
import { TransferError } from '../../protocol/errors.ts'
import { HASH_BYTES } from '../../protocol/hash-list.ts'
import { EXTENT_CHUNKS } from '../../protocol/limits.ts'
import type { ShareId } from '../../protocol/share-id.ts'
import type { Share } from '../catalog/share.ts'
import type { ChunkUpload } from '../share-service.ts'
import type { ExtentWriter } from '../store/extent-store.ts'
import { planChunks, type ChunkPlan } from './chunk-plan.ts'
import { collectChunks } from './collect-chunks.ts'
import { offsetOf, type Copies } from './copies.ts'
import { PieceBuffers } from './piece-buffers.ts'
import { checkKept, checkServable, findShare, type ShareParts } from './share-parts.ts'

/** One upload under way. */
type Intake = Readonly<{
  share: Share
  plan: ChunkPlan
  /** Chunk hashes of the extent. */
  hashes: Bytes
  /** The share's epoch when the upload began. */
  epoch: number
  body: AsyncIterable<Uint8Array>
}>

/** What came in and was written, and why no more. */
type Taken = Readonly<{ indexes: readonly number[]; failure: Error | undefined }>

/** Takes in sealed chunks as they stream in, and only such as an accepted checkpoint names. */
export class ChunkIntake {
  readonly #parts: ShareParts
  readonly #copies: Copies
  readonly #buffers = new PieceBuffers()

  constructor(parts: ShareParts, copies: Copies) {
    this.#parts = parts
    this.#copies = copies
  }

  async put(shareId: ShareId, { start, end, body }: ChunkUpload): Promise<number> {
    const share = await findShare(this.#parts, shareId)
    checkServable(this.#parts, share)
    const plan = planChunks(share.checkpoint, { start, end })
    // A file that was lost would be there again, and the others of its extent would count as held.
    if (share.held.extentBits(plan.extent) !== 0) await this.#copies.checkPresence(share)
    const hashes = await this.#parts.catalog.chunkHashes(share, plan.extent)
    if (hashes === undefined) throw new TransferError('SHARE_UNVERIFIED', 'Its hashes are missing.')
    const intake = { share, plan, hashes, epoch: share.epoch, body }
    const take = (): Promise<Taken> => this.#takeAndCommit(intake)
    try {
      const { failure } = await this.#parts.space.within(end - start + 1, take)
      if (failure !== undefined) throw failure
    } catch (cause) {
      if (!(cause instanceof TransferError)) await this.#checkNotDropped(share)
      throw cause
    }
    return share.held.count
  }

  /** Who drops a share takes its folder from under the uploads: that is then what failed. */
  async #checkNotDropped(share: Share): Promise<void> {
    await this.#parts.locks.run(share.id, async () => {
      if (share.isRemoved) checkKept(this.#parts, share)
    })
  }

  /** Data, fdatasync, folder fsync, catalog, and only then does the caller answer. */
  async #takeAndCommit(intake: Intake): Promise<Taken> {
    const { share, plan } = intake
    const place = { shareId: share.id, extent: plan.extent }
    await using writer = new LateWriter(() => this.#parts.store.openWriter(place))
    const taken = await this.#takeAll(intake, writer)
    if (taken.indexes.length === 0) return taken
    await writer.commit()
    await this.#count(intake, taken.indexes)
    return taken
  }

  /** Reads the whole body, but stores nothing behind the first failure. */
  async #takeAll(intake: Intake, writer: LateWriter): Promise<Taken> {
    const indexes: number[] = []
    let failure: Error | undefined
    const take = async (index: number, sealed: Bytes): Promise<void> => {
      if (failure !== undefined) return
      try {
        await this.#takeOne(intake, writer, { index, sealed })
        indexes.push(index)
      } catch (cause) {
        failure = errorOf(cause)
      }
      this.#buffers.release(1, sealed)
    }
    let index = intake.plan.first
    let previous: Promise<void> = Promise.resolve()
    try {
      const memory = (length: number): Bytes => this.#buffers.take(1).subarray(0, length)
      for await (const sealed of collectChunks(intake.body, intake.plan.lengths, memory)) {
        // One chunk is hashed and written while the next one comes in, and never more.
        await previous
        previous = take(index, sealed)
        index += 1
      }
    } catch (cause) {
      failure ??= errorOf(cause)
    }
    await previous
    return { indexes, failure }
  }

  async #takeOne(
    { share, hashes }: Intake,
    writer: LateWriter,
    { index, sealed }: Readonly<{ index: number; sealed: Bytes }>,
  ): Promise<void> {
    const at = (index % EXTENT_CHUNKS) * HASH_BYTES
    if (!isEqual(await engine.sha256(sealed), hashes.subarray(at, at + HASH_BYTES))) {
      const message = `Chunk ${index} is not the one that the sender published.`
      throw new TransferError('HASH_MISMATCH', message, { details: { chunk: index } })
    }
    // A copy that is held may have rotted since: sending it again repairs it, and otherwise costs no write.
    if (share.held.has(index) && (await this.#copies.isGood(share, index))) return
    await writer.write(offsetOf(index), sealed)
  }

  /** Counts the chunks as held, unless the share's content was deleted since the upload began. */
  async #count({ share, epoch }: Intake, indexes: readonly number[]): Promise<void> {
    const { locks, store, catalog, events } = this.#parts
    await locks.run(share.id, async () => {
      if (share.isRemoved && (await catalog.get(share.id)) === undefined) {
        await store.deleteShare(share.id)
      }
      if (share.isDeleted) await store.deleteContent(share.id)
      checkKept(this.#parts, share)
      if (share.epoch !== epoch) {
        throw new TransferError('CHUNK_MISSING', 'The share expired while it was uploaded.')
      }
      const fresh = indexes.filter((index) => !share.held.has(index))
      if (fresh.length > 0) await catalog.commit(share, { held: fresh })
    })
    events.emit({ type: 'held', shareId: share.id })
  }
}

function errorOf(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error('The upload broke off.', { cause })
}

/** Opens the extent at the first write: bytes that nobody asked for leave no file. */
class LateWriter implements AsyncDisposable {
  readonly #open: () => Promise<ExtentWriter>
  #writer: ExtentWriter | undefined

  constructor(open: () => Promise<ExtentWriter>) {
    this.#open = open
  }

  async write(offset: number, bytes: Bytes): Promise<void> {
    this.#writer ??= await this.#open()
    await this.#writer.write(offset, bytes)
  }

  async commit(): Promise<void> {
    await this.#writer?.commit()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer?.[Symbol.asyncDispose]()
  }
}
