import { encodeUtf8 } from '../bytes.ts'
import { assert } from '../errors.ts'
import { TAKEDOWN_REASON_BYTES_MAX } from '../limits.ts'
import { formatShareId, SHARE_ID_BYTES, shareIdBytes, type ShareId } from '../share-id.ts'
import type { RecordCodec } from './codec.ts'
import { isPlainText } from './operator.ts'
import { readShortText, writeShortText } from './text.ts'

/** The seed's operator refuses a share, and says why. Signed by the seed. */
export type Takedown = Readonly<{
  shareId: ShareId
  /** For people: 0 to TAKEDOWN_REASON_BYTES_MAX bytes in NFC, on one line. */
  reason: string
  atMs: number
}>

/** `share id 20 ‖ u8 length ‖ reason ‖ u64 at`. */
export const takedown: RecordCodec<Takedown> = {
  id: 7,

  encode({ shareId, reason, atMs }, writer) {
    assert(isTakedownReason(reason), 'a plain reason within the limit')
    writer.bytes(shareIdBytes(shareId))
    writeShortText(writer, reason)
    writer.u64(atMs)
  },

  decode(reader) {
    return {
      shareId: formatShareId(reader.bytes(SHARE_ID_BYTES)),
      reason: readShortText(reader, isTakedownReason),
      atMs: reader.u64(),
    }
  },
}

/** True for a reason as records carry it: ask before signing what a person typed. */
export function isTakedownReason(text: string): boolean {
  return isPlainText(text) && encodeUtf8(text).length <= TAKEDOWN_REASON_BYTES_MAX
}
