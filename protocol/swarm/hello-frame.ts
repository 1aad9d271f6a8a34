import { ByteReader } from '../byte-reader.ts'
import type { Bytes } from '../bytes.ts'
import type { Hello } from '../wire/hello.ts'
import { WIRE_VERSION } from '../wire/hello.ts'
import type { ShareView } from './session-event.ts'

/** Where a checkpoint says its number: behind magic and share id. */
const SEQ_OFFSET = 24

/** The readToken is shown to a seed, whose answer was signed, and to nobody else. */
export function helloTo(share: ShareView, isSeed: boolean): Hello {
  const { shareId, genesis, seq } = share
  const readToken = isSeed ? share.readToken : undefined
  return { type: 'hello', version: WIRE_VERSION, shareId, seq, genesis, readToken }
}

/** What a checkpoint that nobody has verified says: good for not sending the other what it has. */
export function claimedSeq(checkpoint: Bytes): number {
  return new ByteReader(checkpoint.subarray(SEQ_OFFSET), 'FRAME_INVALID').u64()
}
