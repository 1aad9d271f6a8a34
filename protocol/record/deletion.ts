import { formatShareId, SHARE_ID_BYTES, shareIdBytes, type ShareId } from '../share-id.ts'
import type { RecordCodec } from './codec.ts'

/** The seed took note of the owner's deletion and serves the share no more. Signed by the seed. */
export type Deletion = Readonly<{
  shareId: ShareId
  /** Of the deleted checkpoint. */
  seq: number
  atMs: number
}>

/** `share id 20 ‖ u64 seq ‖ u64 at`. */
export const deletion: RecordCodec<Deletion> = {
  id: 6,

  encode({ shareId, seq, atMs }, writer) {
    writer.bytes(shareIdBytes(shareId)).u64(seq).u64(atMs)
  },

  decode(reader) {
    return {
      shareId: formatShareId(reader.bytes(SHARE_ID_BYTES)),
      seq: reader.u64(),
      atMs: reader.u64(),
    }
  },
}
