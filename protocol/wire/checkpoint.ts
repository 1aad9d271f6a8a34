import type { Bytes } from '../bytes.ts'
import { CHECKPOINT_BYTES } from '../checkpoint.ts'
import type { FrameCodec } from './codec.ts'

/** The newest word of the owner that the peer accepted. Its hashes are asked for. */
export type CheckpointFrame = Readonly<{
  type: 'checkpoint'
  /** CHECKPOINT_BYTES, unopened: only the rule of acceptance says what it is worth. */
  bytes: Bytes
}>

/** `checkpoint 196`. SPEC.md §12.3. */
export const checkpoint: FrameCodec<CheckpointFrame> = {
  id: 7,

  encode({ bytes }, writer) {
    writer.bytes(bytes, CHECKPOINT_BYTES)
  },

  decode(reader) {
    return { type: 'checkpoint', bytes: reader.bytes(CHECKPOINT_BYTES) }
  },
}
