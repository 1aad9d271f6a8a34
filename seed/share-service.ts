import type { Bytes } from '../protocol/bytes.ts'
import type { SeedId } from '../protocol/seed-id.ts'
import type { ShareId } from '../protocol/share-id.ts'
import type { Share } from './catalog/share.ts'
import type { ByteSpan } from './share/data-layout.ts'
import type { DataPiece } from './share/piece-buffers.ts'
import type { ShareEvents } from './share/share-events.ts'

export type NewShare = Readonly<{
  shareId: ShareId
  /** 180 bytes. */
  genesis: Bytes
  /** A grant record of the network for this share. */
  grant: Bytes
  /** 32 bytes. */
  readToken: Bytes
}>

/** Sealed chunks that follow each other inside one extent, at byte `start` of the share's data resource. */
export type ChunkUpload = Readonly<{
  /** First and last byte, both within one extent and on chunk borders. */
  start: number
  end: number
  body: AsyncIterable<Uint8Array>
}>

/** What became of a checkpoint: `deletion` is this seed's signed record, if the checkpoint deletes. */
export type CheckpointAnswer = Readonly<{ share: Share; deletion: Bytes | undefined }>

/**
 * Everything that can be done with the shares of this seed, by its HTTP interface and by its custody loop.
 * Whatever resolved is durable. Callers have shown the readToken, or are the seed itself. Bytes are believed
 * only where a checkpoint of the owner names their hash.
 */
export interface ShareService {
  /** Told after every durable change, and when a copy here turned out bad. */
  readonly events: ShareEvents

  /**
   * Takes on a share: its genesis, the network's leave, and the readToken.
   *
   * @returns `held` if it was here before.
   * @throws {TransferError} GENESIS_INVALID, GENESIS_OTHER, GRANT_INVALID, TOKEN_WRONG, SHARE_DELETED, STORE_FULL
   */
  create(request: NewShare): Promise<'created' | 'held'>

  /** @throws {TransferError} SHARE_MISSING. Deleted, expired and unverified shares are found. */
  get(shareId: ShareId): Promise<Share>
  find(shareId: ShareId): Promise<Share | undefined>
  /** Every share here, tombstones and expired ones too, in no order; shares may come and go meanwhile. */
  listIds(): AsyncIterable<ShareId>

  /**
   * Throws unless the share's content may be served now, by this seed's clock.
   *
   * @throws {TransferError} SHARE_DELETED or SHARE_EXPIRED with `details.checkpoint`, base64url; SHARE_UNVERIFIED.
   */
  checkServable(share: Share): void
  /** As `checkServable`, but lets an unverified share pass: its signed checkpoint can still be shown. */
  checkKept(share: Share): void
  /** Until when this seed serves the share and may promise to keep it; 0 while it has no checkpoint. */
  servedUntilMs(share: Share): number

  /**
   * Accepts a checkpoint message as it travels: checkpoint ‖ u32 first ‖ hashes.
   *
   * @throws {TransferError} As `acceptCheckpoint` and `extendHashList` do; GRANT_INVALID for more chunks than granted.
   */
  putCheckpoint(shareId: ShareId, message: Bytes): Promise<CheckpointAnswer>
  /**
   * Gives an unverified share its hash list back: all chunk hashes of the held checkpoint. What lies on disk is
   * then hashed and counted in, so resolves late for a large share.
   *
   * @throws {TransferError} CHECKPOINT_INVALID if they do not make the root.
   */
  adoptHashList(shareId: ShareId, hashes: Bytes): Promise<void>
  /** @throws {TransferError} HASH_MISMATCH unless it is the index that the checkpoint names. */
  putIndex(shareId: ShareId, sealedIndex: Bytes): Promise<void>
  /**
   * Stores chunks as they stream in. Those before a wrong or missing one are kept.
   *
   * @returns How many chunks of the share are held.
   * @throws {TransferError} HASH_MISMATCH with `details.chunk`, HASHES_MISSING with `details.n`, REQUEST_INVALID.
   */
  putChunks(shareId: ShareId, upload: ChunkUpload): Promise<number>
  /** Keeps a co-custodian's receipt to show; the caller has verified it. */
  putReceipt(shareId: ShareId, seedId: SeedId, receipt: Bytes): Promise<void>

  /** The sealed index. @throws {TransferError} CHUNK_MISSING if it is not held. */
  getIndex(share: Share): Promise<Bytes>
  /** Hashes of the extents from `first` to before `end`, 32 bytes each: of all, unless told, and of no more than there are. */
  getExtentHashes(share: Share, first?: number, end?: number): Bytes
  /** Chunk hashes of one extent, 32 bytes each. @throws {TransferError} REQUEST_INVALID outside the share. */
  getChunkHashes(share: Share, extent: number): Promise<Bytes>
  /**
   * Cuts a span where the first hole is.
   *
   * @returns undefined if it starts behind what is published.
   * @throws {TransferError} CHUNK_MISSING with `details.chunk` if it starts in a hole.
   */
  cutData(share: Share, span: ByteSpan): ByteSpan | undefined
  /** Streams a span that `cutData` gave. @throws {TransferError} CHUNK_MISSING where a copy turns out bad. */
  readData(share: Share, span: ByteSpan): AsyncGenerator<DataPiece>
  /** One sealed chunk, hashed before it is handed out. @throws {TransferError} CHUNK_MISSING */
  getChunk(share: Share, index: number): Promise<Bytes>
  /**
   * This seed's signed receipt, undefined unless the share is complete here and served.
   *
   * @param challenge - CHALLENGE_BYTES bytes.
   */
  getReceipt(share: Share, challenge: Bytes): Promise<Bytes | undefined>

  /** Looks which files are still there, at most every 10 s; what is gone is damaged. */
  checkPresence(share: Share): Promise<void>
  /**
   * Drops a share for good, unless its checkpoint is by then another one than that with this seq: nothing is proven of
   * a newer one, and a tombstone stays. Ends uploads and reads of it.
   */
  letGo(shareId: ShareId, seq: number): Promise<void>
}
