import type { Bytes } from '../../../protocol/bytes.ts'
import type { Policy } from '../../../protocol/placement.ts'
import type { Receipt } from '../../../protocol/record/receipt.ts'
import type { SeedId } from '../../../protocol/seed-id.ts'
import type { ShareId } from '../../../protocol/share-id.ts'
import type { HashLog } from './hash-log.ts'
import type { Published } from './publisher.ts'
import type { SealedExtent } from './sealer.ts'
import type { Waiting } from './waiting.ts'

/** What is brought to the seeds, by the owner who publishes it or by whoever heals it. */
export interface Cargo {
  readonly shareId: ShareId
  readonly genesisBytes: Bytes
  readonly ownerPublicKey: Bytes
  readonly readToken: Bytes
  readonly policy: Policy
  readonly sealedIndex: Bytes
  /** Of the whole share. */
  readonly chunkCount: number
  /** Of all files together. */
  readonly totalBytes: number
  /** True if no seed can hold anything of it yet. */
  readonly isNew: boolean
  /** Receipts from before seeds lost what they held: they are no longer true. */
  readonly outdatedReceipts: ReadonlyMap<SeedId, Receipt>
  readonly hashes: HashLog
  /** The newest checkpoint; its hashes are in `hashes`. */
  readonly latest: Published | undefined
  /** Why nothing can be sealed just now. */
  readonly waiting: Waiting | undefined

  /** The network's leave to store it: a grant record. */
  getGrant(signal: AbortSignal): Promise<Bytes>
  /**
   * Seals an extent. When it resolves, a checkpoint covers it, as soon as those before it are sealed too.
   *
   * @throws {TransferError} FILE_CHANGED, FILE_UNREADABLE
   */
  seal(extent: number): Promise<SealedExtent>
  /**
   * A seed holds this checkpoint of the owner, which is newer than the one here. Resolves once `latest` is ahead
   * of it, or is it.
   *
   * @throws {TransferError} SHARE_DELETED, FILE_CHANGED
   */
  observe(newer: Published, signal: AbortSignal): Promise<void>
}
