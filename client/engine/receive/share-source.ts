import type { Bytes } from '../../../protocol/bytes.ts'
import type { OpenAnswer } from '../../../protocol/http/open-answer.ts'
import type { ChunkSet } from '../../../protocol/swarm/chunk-set.ts'
import type { SourceId, SourceTraits } from '../../../protocol/swarm/fetch-source.ts'
import type { ChunkRequest, SealedChunk } from '../net/chunk-stream.ts'

/** Whatever sealed chunks of one share can be asked of: a seed, a peer, a store on this machine. */
export interface ChunkSource {
  readonly id: SourceId
  /** What a person may read of it: a host, an operator. */
  readonly name: string
  readonly traits: SourceTraits
  /** What it is known to hold before it is asked; unknown if undefined. */
  readonly held?: ChunkSet
  /**
   * Streams chunks that follow each other, none of them verified; ends early where it has a hole.
   *
   * @throws {TransferError} What went wrong; CHUNK_MISSING if the first chunk asked for is a hole.
   */
  getChunks(request: ChunkRequest, signal: AbortSignal): AsyncIterable<SealedChunk>
  /** What it holds, now and whenever that changes, until it holds all `chunkCount` chunks. */
  watchHeld(chunkCount: number, signal: AbortSignal): AsyncIterable<ChunkSet>
}

/** A source that knows what is published, too. Nothing it says is believed without the owner's signature. */
export interface ShareSource extends ChunkSource {
  /** @throws {TransferError} GENESIS_INVALID if what came is not the genesis of this share. */
  getGenesis(signal: AbortSignal): Promise<Bytes>
  /** From now on it is shown the readToken. Only after it answered with the genesis. */
  authorize(readToken: Bytes): void
  open(signal: AbortSignal): Promise<OpenAnswer>
  /** Waits for a checkpoint after `seq`; undefined if none came within the long poll. */
  getCheckpoint(seq: number, signal: AbortSignal): Promise<Bytes | undefined>
  getIndex(signal: AbortSignal): Promise<Bytes>
  /** 32 bytes each. */
  getExtentHashes(signal: AbortSignal): Promise<Bytes>
  /** Of one extent, 32 bytes each. */
  getChunkHashes(extent: number, signal: AbortSignal): Promise<Bytes>
}
