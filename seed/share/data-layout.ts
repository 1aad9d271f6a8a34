import type { Checkpoint } from '../../protocol/checkpoint.ts'
import { SEALED_CHUNK_BYTES_MAX, SEALED_OVERHEAD_BYTES } from '../../protocol/limits.ts'

/** First and last byte of a part of the data resource. */
export type ByteSpan = Readonly<{ start: number; end: number }>

type Layout = Pick<Checkpoint, 'state' | 'chunkCount' | 'lastChunkBytes'>

/** Length of sealed chunk `index`: all are full but the last one of a sealed share. */
export function sealedChunkBytes(
  { state, chunkCount, lastChunkBytes }: Layout,
  index: number,
): number {
  const isFinal = state === 'sealed' && index === chunkCount - 1
  return isFinal ? lastChunkBytes + SEALED_OVERHEAD_BYTES : SEALED_CHUNK_BYTES_MAX
}

/** Length of the data resource so far: all published sealed chunks, one after the other. */
export function publishedBytes(layout: Layout): number {
  if (layout.chunkCount === 0) return 0
  const last = layout.chunkCount - 1
  return last * SEALED_CHUNK_BYTES_MAX + sealedChunkBytes(layout, last)
}
