import type { Bytes } from '../../protocol/bytes.ts'
import type { ShareId } from '../../protocol/share-id.ts'

/** One extent of one share: EXTENT_CHUNKS sealed chunks from chunk `extent · EXTENT_CHUNKS` on. */
export type ExtentPlace = Readonly<{ shareId: ShareId; extent: number }>

/** The small files beside the extents: `share` is what a share is, `index` its sealed list of files. */
export type ShareFileName = 'share' | 'index'

export type StoreSpace = Readonly<{ freeBytes: number; totalBytes: number }>

/**
 * Keeps sealed bytes and knows nothing of what they mean. Whatever resolved is durable: it survives a power
 * cut. Nothing is checked here, so whoever reads hashes. Passes `test/contract/extent-store.ts`.
 *
 * Every method may reject with a TransferError STORE_FULL where it needs space; what was stored before is
 * then unharmed and readable. A FatalError means that the store may have lost what it promised: the
 * process must end and start over from what is on disk.
 */
export interface ExtentStore extends AsyncDisposable {
  /**
   * Puts or replaces a small file: whatever happens, it is the old or the new one, whole. `share` comes first, and
   * two calls for the same file do not overlap.
   */
  putFile(shareId: ShareId, name: ShareFileName, bytes: Bytes): Promise<void>
  getFile(shareId: ShareId, name: ShareFileName): Promise<Bytes | undefined>
  hasFile(shareId: ShareId, name: ShareFileName): Promise<boolean>

  /** Opens an extent for writing, in place, and makes it if need be. Several writers may write the same bytes at once. */
  openWriter(place: ExtentPlace): Promise<ExtentWriter>
  /** Opens an extent for reading; undefined if there is none. */
  openReader(place: ExtentPlace): Promise<ExtentReader | undefined>

  /** The extents there are, however little of each was ever written. */
  listExtents(shareId: ShareId): Promise<ReadonlySet<number>>
  /** Deletes all extents and the index; the share file stays. Deleting what is not there is done. */
  deleteContent(shareId: ShareId): Promise<void>
  /** Deletes everything of a share. */
  deleteShare(shareId: ShareId): Promise<void>

  /** Every share that has a share file, in no order; perhaps also one whose deletion was interrupted. */
  listShares(): AsyncIterable<ShareId>
  /** When the share came here, as far as the store can tell: ms since 1970. */
  sinceMs(shareId: ShareId): Promise<number>
  getSpace(): Promise<StoreSpace>
}

export interface ExtentWriter extends AsyncDisposable {
  /** @param offset - From the start of the extent. Bytes around it keep as they are. */
  write(offset: number, bytes: Bytes): Promise<void>
  /** Resolves once everything written so far is durable. Without it nothing is promised. */
  commit(): Promise<void>
}

export interface ExtentReader extends AsyncDisposable {
  readonly sizeBytes: number
  /** Another one as soon as anybody wrote to the extent; undefined where the store cannot tell. */
  readonly version: string | undefined
  /** Fills `into` from `offset` on. @returns How many bytes there were, less at the end of the extent. */
  read(offset: number, into: Bytes): Promise<number>
}
