import type { Bytes } from '../../../protocol/bytes.ts'
import type { ChunkSet } from '../../../protocol/swarm/chunk-set.ts'

/**
 * The way out to a disk or a player. It gets plain chunks of the stream, each verified, once, in any order;
 * what lies where in them says the StreamLayout.
 */
export interface Sink {
  /** What it has from before: a hint, each chunk is read and verified before it counts. */
  readonly claimed: ChunkSet
  /** A claimed chunk as it is there; undefined if it is not there after all. */
  read(chunk: number): Promise<Bytes | undefined>
  /** A claimed chunk is right: it counts, and need not be written. */
  confirm(chunk: number, plain: Bytes): Promise<void>
  /**
   * Takes a chunk. Resolves once it left memory: what waits here is all that bounds a download.
   *
   * @throws {TransferError} DISK_FULL and others: the download ends with it.
   */
  write(chunk: number, plain: Bytes): Promise<void>
}
