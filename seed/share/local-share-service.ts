import type { Bytes } from '../../protocol/bytes.ts'
import { TransferError } from '../../protocol/errors.ts'
import { HASH_BYTES } from '../../protocol/hash-list.ts'
import { RECEIPTS_MAX } from '../../protocol/limits.ts'
import type { SeedId } from '../../protocol/seed-id.ts'
import type { ShareId } from '../../protocol/share-id.ts'
import type { Share } from '../catalog/share.ts'
import type { CheckpointAnswer, ChunkUpload, NewShare, ShareService } from '../share-service.ts'
import { CheckpointDesk } from './checkpoint-desk.ts'
import { ChunkIntake } from './chunk-intake.ts'
import { Copies } from './copies.ts'
import type { ByteSpan } from './data-layout.ts'
import { DataReader } from './data-reader.ts'
import { IndexDesk } from './index-desk.ts'
import type { DataPiece } from './piece-buffers.ts'
import { ReceiptDesk } from './receipt-desk.ts'
import { ShareAdmission } from './share-admission.ts'
import type { ShareEvents } from './share-events.ts'
import { checkKept, checkServable, findShare, servedUntil, type ShareParts } from './share-parts.ts'
import { ShareRemoval } from './share-removal.ts'
import { ShareVerification } from './share-verification.ts'

/** The shares of this process's own store: one door to what the parts beside it do. */
export class LocalShareService implements ShareService {
  readonly events: ShareEvents
  readonly copies: Copies
  readonly removal: ShareRemoval
  readonly verification: ShareVerification
  readonly #parts: ShareParts
  readonly #onError: (error: unknown) => void
  readonly #admission: ShareAdmission
  readonly #checkpoints: CheckpointDesk
  readonly #indexes: IndexDesk
  readonly #intake: ChunkIntake
  readonly #reader: DataReader
  readonly #receipts: ReceiptDesk

  /** @param onError - Told of what went wrong in work that nobody waits for. */
  constructor(parts: ShareParts, onError: (error: unknown) => void) {
    this.#parts = parts
    this.#onError = onError
    this.events = parts.events
    this.copies = new Copies(parts)
    this.removal = new ShareRemoval(parts)
    this.verification = new ShareVerification(parts, this.copies)
    this.#admission = new ShareAdmission(parts)
    this.#checkpoints = new CheckpointDesk(parts, this.removal, (share) => {
      this.verification.recount(share).catch(onError)
    })
    this.#indexes = new IndexDesk(parts)
    this.#intake = new ChunkIntake(parts, this.copies)
    this.#reader = new DataReader(parts, this.copies)
    this.#receipts = new ReceiptDesk(parts, this.copies)
  }

  create(request: NewShare): Promise<'created' | 'held'> {
    return this.#admission.create(request)
  }

  async get(shareId: ShareId): Promise<Share> {
    const share = await findShare(this.#parts, shareId)
    if (!share.isVerified) this.verification.verifyOnDemand(share).catch(this.#onError)
    return share
  }

  find(shareId: ShareId): Promise<Share | undefined> {
    return this.#parts.catalog.get(shareId)
  }

  listIds(): AsyncIterable<ShareId> {
    return this.#parts.catalog.listIds()
  }

  checkServable(share: Share): void {
    checkServable(this.#parts, share)
  }

  checkKept(share: Share): void {
    checkKept(this.#parts, share)
  }

  servedUntilMs(share: Share): number {
    return servedUntil(this.#parts, share)
  }

  putCheckpoint(shareId: ShareId, message: Bytes): Promise<CheckpointAnswer> {
    return this.#checkpoints.put(shareId, message)
  }

  adoptHashList(shareId: ShareId, hashes: Bytes): Promise<void> {
    return this.verification.adoptHashList(shareId, hashes)
  }

  putIndex(shareId: ShareId, sealedIndex: Bytes): Promise<void> {
    return this.#indexes.put(shareId, sealedIndex)
  }

  putChunks(shareId: ShareId, upload: ChunkUpload): Promise<number> {
    return this.#intake.put(shareId, upload)
  }

  async putReceipt(shareId: ShareId, seedId: SeedId, bytes: Bytes): Promise<void> {
    const { locks, catalog, events } = this.#parts
    await locks.run(shareId, async () => {
      const share = await findShare(this.#parts, shareId)
      // There are never this many custodians: whoever comes late is not shown.
      if (share.receipts.size >= RECEIPTS_MAX && !share.receipts.has(seedId)) return
      await catalog.commit(share, { receipt: { seedId, bytes } })
    })
    events.emit({ type: 'receipt', shareId })
  }

  getIndex(share: Share): Promise<Bytes> {
    return this.copies.getIndex(share)
  }

  getExtentHashes({ accepted }: Share, first?: number, end?: number): Bytes {
    const extents = accepted?.extents.slice(first, end) ?? []
    const hashes = new Uint8Array(extents.length * HASH_BYTES)
    for (const [e, { hash }] of extents.entries()) hashes.set(hash, e * HASH_BYTES)
    return hashes
  }

  async getChunkHashes(share: Share, extent: number): Promise<Bytes> {
    const hashes = await this.#parts.catalog.chunkHashes(share, extent)
    if (hashes !== undefined) return hashes
    throw new TransferError('REQUEST_INVALID', `This share has no extent ${extent}.`)
  }

  cutData(share: Share, span: ByteSpan): ByteSpan | undefined {
    return this.#reader.cut(share, span)
  }

  readData(share: Share, span: ByteSpan): AsyncGenerator<DataPiece> {
    return this.#reader.read(share, span)
  }

  getChunk(share: Share, index: number): Promise<Bytes> {
    return this.copies.getChunk(share, index)
  }

  getReceipt(share: Share, challenge: Bytes): Promise<Bytes | undefined> {
    return this.#receipts.get(share, challenge)
  }

  checkPresence(share: Share): Promise<void> {
    return this.copies.checkPresence(share)
  }

  letGo(shareId: ShareId, seq: number): Promise<void> {
    return this.removal.drop(shareId, ({ checkpoint, isDeleted }) => {
      return checkpoint?.seq === seq && !isDeleted
    })
  }
}
