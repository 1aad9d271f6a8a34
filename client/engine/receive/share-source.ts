import type { Bytes } from '../../../protocol/bytes.ts'
import type { OpenAnswer } from '../../../protocol/http/open-answer.ts'
import type { ChunkSet } from '../../../protocol/swarm/chunk-set.ts'
import type { Holding, SourceId, SourceTraits } from '../../../protocol/swarm/fetch-source.ts'
import type { ChunkRequest, SealedChunk } from '../net/chunk-stream.ts'

/** A seed over HTTPS, or over WebRTC; another person; what is kept on this machine. */
export type SourceKind = 'seed' | 'seed-rtc' | 'peer' | 'local'

/** What a peer says of itself while it is there; what it has stands in its `held` by then. */
export type SourceNews =
  | Readonly<{ type: 'slot'; isOpen: boolean }>
  | Readonly<{ type: 'gained' | 'lost'; indexes: readonly number[] }>

/** Whatever sealed chunks of one share can be asked of: a seed, a peer, a store on this machine. */
export interface ChunkSource {
  readonly id: SourceId
  /** What a person may read of it: a host, an operator. */
  readonly name: string
  readonly kind: SourceKind
  readonly traits: SourceTraits
  /** What it is known to hold before it is asked; unknown if undefined. */
  readonly held?: Holding
  /**
   * Streams chunks that follow each other, none of them verified; ends early where it has a hole.
   *
   * @throws {TransferError} What went wrong; CHUNK_MISSING if the first chunk asked for is a hole.
   */
  getChunks(request: ChunkRequest, signal: AbortSignal): AsyncIterable<SealedChunk>
  /** What it holds, now and whenever that changes, until it holds all `chunkCount` chunks. */
  watchHeld(chunkCount: number, signal: AbortSignal): AsyncIterable<ChunkSet>
  /** Tells how it is now and whatever changes. @returns What ends that. */
  watch?(take: (news: SourceNews) => void): () => void
}

/** A source that knows what is published, too. Nothing it says is believed without the owner's signature. */
export interface ShareSource extends ChunkSource {
  /** Aborts when it is gone for good; a source without one comes back. */
  readonly signal?: AbortSignal
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
