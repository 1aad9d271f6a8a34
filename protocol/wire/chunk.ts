import type { Bytes } from '../bytes.ts'
import { assert } from '../errors.ts'
import { CHUNKS_MAX, SEALED_CHUNK_BYTES_MAX, SEALED_OVERHEAD_BYTES } from '../limits.ts'
import type { FrameCodec } from './codec.ts'

/** One whole sealed chunk. Only its hash tells what it is worth. */
export type Chunk = Readonly<{
  type: 'chunk'
  index: number
  /** At most SEALED_CHUNK_BYTES_MAX bytes, and at least one of them plain. */
  sealed: Bytes
}>

/** Index: that of the chunk. The sealed chunk. SPEC.md §12.3. */
export const chunk: FrameCodec<Chunk> = {
  id: 5,
  indexOf: ({ index }) => index,
  bodyBytes: ({ sealed }) => sealed.length,

  encode({ index, sealed }, writer) {
    assert(isChunk(index, sealed.length), 'a sealed chunk')
    writer.bytes(sealed)
  },

  decode(reader, index) {
    if (!isChunk(index, reader.remaining)) throw reader.fail('no sealed chunk')
    return { type: 'chunk', index, sealed: reader.bytes(reader.remaining) }
  },
}

function isChunk(index: number, sealedBytes: number): boolean {
  if (index >= CHUNKS_MAX) return false
  return sealedBytes > SEALED_OVERHEAD_BYTES && sealedBytes <= SEALED_CHUNK_BYTES_MAX
}
