import type { Bytes } from '../../../protocol/bytes.ts'

/** Sealed chunks on this machine. What it gives is hashed by whoever serves it: it may have rotted or changed. */
export interface SealedShelf {
  /** Its own bytes, for the caller to keep; undefined if it is not here, or not any more. */
  read(index: number): Promise<Bytes | undefined>
}

/** Nothing is to be had from here, now. */
export const EMPTY_SHELF: SealedShelf = { read: async () => undefined }

/** What is published of a share, as far as it is known here: what others need to verify chunks. */
export interface PublishedShelf {
  /** Undefined if it is not published, or not known here. */
  chunkHash(index: number): Promise<Bytes | undefined>
  /** Hashes of extents from `first` on, 32 bytes each, `count` at most; undefined if there are none. */
  extentHashes(first: number, count: number): Bytes | undefined
  /** Hashes of all chunks of extents from `first` on, `count` extents at most; undefined if there are none. */
  chunkHashes(first: number, count: number): Promise<Bytes | undefined>
  /** Bytes of the sealed index from `first` on, `count` at most; undefined if there are none. */
  index(first: number, count: number): Bytes | undefined
}

/** All that this machine can pass on of one share. */
export type ShareShelf = Readonly<{ sealed: SealedShelf; published: PublishedShelf }>
