import type { Bytes } from '../../protocol/bytes.ts'

/** One file, or empty folder, that a sender has: what the page's `File` and a path on a disk have in common. */
export interface FileSource {
  /** Segments joined by `/`; ends in `/` for an empty folder. */
  readonly path: string
  /** Bytes; fixed from now on. */
  readonly size: number
  readonly type?: string
  readonly mtimeMs?: number
  readonly executable?: boolean
  /**
   * Reads exactly `length` bytes from `offset` on, into memory that is the caller's to give back.
   *
   * @throws {TransferError} FILE_CHANGED if it is no longer the file it was, FILE_UNREADABLE if it cannot be read.
   */
  read(offset: number, length: number): Promise<Bytes>
}
