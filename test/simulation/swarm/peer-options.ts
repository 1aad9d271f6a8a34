import { FETCH_WINDOW_CHUNKS, PAGE_NEAR_CHUNKS } from '../../../protocol/limits.ts'
import { ChunkSet } from '../../../protocol/swarm/chunk-set.ts'
import type { FetchPlan } from '../../../protocol/swarm/fetch-event.ts'
import type { Conduct } from './conduct.ts'

export type PeerOptions = Readonly<{
  upPerMs: number
  downPerMs: number
  /** How it behaves: honest, if undefined. */
  conduct?: Conduct | undefined
  /** Asks seeds only. */
  isAlone?: boolean
  /** Saves in the order of the stream, and asks for less ahead. */
  isPage?: boolean
}>

export function planOf(
  { conduct, isPage = false, isAlone = false }: PeerOptions,
  chunkCount: number,
  random: () => number,
): FetchPlan {
  return {
    chunkCount,
    wanted: conduct === undefined ? ChunkSet.full(chunkCount) : new ChunkSet(chunkCount),
    windowChunks: FETCH_WINDOW_CHUNKS,
    nearChunks: isPage ? PAGE_NEAR_CHUNKS : undefined,
    order: isAlone ? 'stream' : 'rare',
    random,
  }
}
