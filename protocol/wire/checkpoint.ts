import { ByteReader } from '../byte-reader.ts'
import type { Bytes } from '../bytes.ts'
import { CHECKPOINT_BYTES } from '../checkpoint.ts'
import type { FrameCodec } from './codec.ts'

/** Where a checkpoint says its number: behind magic and share id. */
const SEQ_OFFSET = 24

/**
 * What a checkpoint that nobody has verified says: good for not sending the other what it has.
 *
 * @throws {TransferError} FRAME_INVALID above 2^53 - 1.
 */
export function claimedSeq(checkpoint: Bytes): number {
  return new ByteReader(checkpoint.subarray(SEQ_OFFSET), 'FRAME_INVALID').u64()
}

/** The newest word of the owner that the peer accepted. Its hashes are asked for. */
export type CheckpointFrame = Readonly<{
  type: 'checkpoint'
  /** CHECKPOINT_BYTES, unopened but for their number: only the rule of acceptance says what they are worth. */
  bytes: Bytes
}>

/** `checkpoint 196`. SPEC.md §12.3. */
export const checkpoint: FrameCodec<CheckpointFrame> = {
  id: 7,

  encode({ bytes }, writer) {
    writer.bytes(bytes, CHECKPOINT_BYTES)
  },

  decode(reader) {
    const bytes = reader.bytes(CHECKPOINT_BYTES)
    // D06: refused here, where nobody has begun to do anything.
    claimedSeq(bytes)
    return { type: 'checkpoint', bytes }
  },
}
