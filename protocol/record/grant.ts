import { assert } from '../errors.ts'
import { CHUNKS_MAX } from '../limits.ts'
import { formatShareId, SHARE_ID_BYTES, shareIdBytes, type ShareId } from '../share-id.ts'
import type { RecordCodec } from './codec.ts'

/** Leave to store a share of up to `maxChunks`; stays with the share. Signed by the network key. */
export type Grant = Readonly<{
  shareId: ShareId
  /** 1 to CHUNKS_MAX. */
  maxChunks: number
  notAfterMs: number
}>

/** `share id 20 ‖ u32 max chunks ‖ u64 not-after`. */
export const grant: RecordCodec<Grant> = {
  id: 4,

  encode({ shareId, maxChunks, notAfterMs }, writer) {
    assert(isChunkCount(maxChunks), 'a grant of 1 to CHUNKS_MAX chunks')
    writer.bytes(shareIdBytes(shareId)).u32(maxChunks).u64(notAfterMs)
  },

  decode(reader) {
    const shareId = formatShareId(reader.bytes(SHARE_ID_BYTES))
    const maxChunks = reader.u32()
    if (!isChunkCount(maxChunks)) throw reader.fail('a grant for nothing or too much')
    return { shareId, maxChunks, notAfterMs: reader.u64() }
  },
}

function isChunkCount(count: number): boolean {
  return count >= 1 && count <= CHUNKS_MAX
}
