import { readChunkList, writeChunkList } from './chunk-list.ts'
import type { FrameCodec } from './codec.ts'

/** Asks a peer for chunks, most wanted first. */
export type Request = Readonly<{
  type: 'request'
  /** Chunk indexes: distinct, and 1 to REQUEST_CHUNKS_MAX of them. */
  chunks: readonly number[]
}>

/** `u16 count ‖ count × u32 index`. SPEC.md §12.3. */
export const request: FrameCodec<Request> = {
  id: 3,

  encode({ chunks }, writer) {
    writeChunkList(writer, chunks)
  },

  decode(reader) {
    return { type: 'request', chunks: readChunkList(reader) }
  },
}
