import { readChunkList, writeChunkList } from './chunk-list.ts'
import type { FrameCodec } from './codec.ts'

/** Takes requests back. A chunk that is on its way already may still come. */
export type Cancel = Readonly<{
  type: 'cancel'
  /** Chunk indexes: distinct, and 1 to REQUEST_CHUNKS_MAX of them. */
  chunks: readonly number[]
}>

/** `u16 count ‖ count × u32 index`. SPEC.md §12.3. */
export const cancel: FrameCodec<Cancel> = {
  id: 4,

  encode({ chunks }, writer) {
    writeChunkList(writer, chunks)
  },

  decode(reader) {
    return { type: 'cancel', chunks: readChunkList(reader) }
  },
}
