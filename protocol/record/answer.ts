import type { Bytes } from '../bytes.ts'
import type { RecordCodec } from './codec.ts'

/** Ties a seed's WebRTC answer to its key, so that nobody can stand in between. Signed by the seed. */
export type Answer = Readonly<{
  /** 16 bytes. */
  connectionId: Bytes
  /** SHA-256 of the offer that was answered. */
  offerHash: Bytes
  /** SHA-256 of the answer. */
  answerHash: Bytes
}>

/** `connection id 16 ‖ SHA-256(offer) 32 ‖ SHA-256(answer) 32`. */
export const answer: RecordCodec<Answer> = {
  id: 9,

  encode({ connectionId, offerHash, answerHash }, writer) {
    writer.bytes(connectionId, 16).bytes(offerHash, 32).bytes(answerHash, 32)
  },

  decode(reader) {
    return {
      connectionId: reader.bytes(16),
      offerHash: reader.bytes(32),
      answerHash: reader.bytes(32),
    }
  },
}
