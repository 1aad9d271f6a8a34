import type { FaultCode } from '../errors.ts'
import type { ChunkSet } from './chunk-set.ts'
import type { RunId } from './fetch-run.ts'
import type { Holding, SourceId, SourceTraits } from './fetch-source.ts'

export type FetchPlan = Readonly<{
  /** Chunks that the whole stream will have. */
  chunkCount: number
  /** What to fetch: all that is not there yet. Copied. */
  wanted: ChunkSet
  /** How many chunks may be asked for or wait to be saved at a time. */
  windowChunks: number
  /** How many of them wait in memory, if a source on this machine keeps what comes besides; all, if undefined. */
  nearChunks?: number | undefined
  /** Which chunk of the window first. rare: where they can be written anywhere, and others share them with us. */
  order?: 'stream' | 'rare'
  /**
   * Numbers from 0 up to, not including, 1: so that not all of a crowd begin with the same chunk, nor come back at the
   * same moment where they were sent away.
   */
  random?: () => number
}>

export type FetchEvent =
  /** A source can be asked; one that comes back keeps its name. */
  | { type: 'join'; source: SourceId; traits: SourceTraits }
  | { type: 'leave'; source: SourceId }
  /** What it says it holds; undefined for all. A hint, believed until it proves wrong. */
  | { type: 'held'; source: SourceId; held: Holding | undefined }
  /** Whether a source with slots may be asked now: at first it may not. */
  | { type: 'slot'; source: SourceId; isOpen: boolean }
  /**
   * A peer that was believed to lack these has them, too, or lacks them after all: `held` knows already. A source on this
   * machine says so of what it was to keep.
   */
  | { type: 'gained' | 'lost'; source: SourceId; indexes: readonly number[] }
  /** Chunks up to here exist, and their hashes are known. */
  | { type: 'published'; chunkCount: number }
  /** Part of the run's next chunk came. */
  | { type: 'bytes'; run: RunId; bytes: number }
  /** The run's next chunk came whole, and its hash is right. */
  | { type: 'chunk'; run: RunId; index: number }
  /** Its hash is wrong. */
  | { type: 'corrupt'; run: RunId; index: number }
  /** The answer ended without a fault: where chunks are missing, the source has a hole. */
  | { type: 'end'; run: RunId }
  | { type: 'fail'; run: RunId; fault: FaultCode }
  /** The chunk left memory. */
  | { type: 'saved'; index: number }
  | { type: 'tick' }

export type FetchEffect =
  | { type: 'request'; run: RunId; source: SourceId; first: number; count: number }
  | { type: 'cancel'; run: RunId }
  /** The first good copy: open and save it. */
  | { type: 'deliver'; index: number }
  /** The first good copy, too early to be saved: a source on this machine is to keep it, and says whether it does. */
  | { type: 'keep'; index: number }
  /** It has holes: ask what it holds, and go on listening. */
  | { type: 'ask-held'; source: SourceId }
  | { type: 'ban'; source: SourceId; index: number }
