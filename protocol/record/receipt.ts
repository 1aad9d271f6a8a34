import type { Bytes } from '../bytes.ts'
import { assert } from '../errors.ts'
import { CHUNKS_MAX } from '../limits.ts'
import { formatShareId, SHARE_ID_BYTES, shareIdBytes, type ShareId } from '../share-id.ts'
import type { RecordCodec } from './codec.ts'

export const CHALLENGE_BYTES = 16
const HASH_BYTES = 32

/**
 * Genesis, this checkpoint, its index and all n chunks are on this seed's disk, after fsync, until
 * `keepUntilMs`. Signed by the seed.
 */
export type Receipt = Readonly<{
  shareId: ShareId
  seq: number
  /** Count of chunks, 0 to CHUNKS_MAX. */
  n: number
  root: Bytes
  indexHash: Bytes
  atMs: number
  keepUntilMs: number
  /** What the asker sent, so that an old receipt cannot stand in for a new one. */
  challenge: Bytes
}>

/** `share id 20 ‖ u64 seq ‖ u32 n ‖ root 32 ‖ index hash 32 ‖ u64 at ‖ u64 keep until ‖ challenge 16`. */
export const receipt: RecordCodec<Receipt> = {
  id: 5,

  encode(body, writer) {
    assert(body.n <= CHUNKS_MAX, 'at most CHUNKS_MAX chunks')
    writer.bytes(shareIdBytes(body.shareId)).u64(body.seq).u32(body.n)
    writer.bytes(body.root, HASH_BYTES).bytes(body.indexHash, HASH_BYTES)
    writer.u64(body.atMs).u64(body.keepUntilMs).bytes(body.challenge, CHALLENGE_BYTES)
  },

  decode(reader) {
    const shareId = formatShareId(reader.bytes(SHARE_ID_BYTES))
    const seq = reader.u64()
    const n = reader.u32()
    if (n > CHUNKS_MAX) throw reader.fail('a receipt for too many chunks')
    return {
      shareId,
      seq,
      n,
      root: reader.bytes(HASH_BYTES),
      indexHash: reader.bytes(HASH_BYTES),
      atMs: reader.u64(),
      keepUntilMs: reader.u64(),
      challenge: reader.bytes(CHALLENGE_BYTES),
    }
  },
}
