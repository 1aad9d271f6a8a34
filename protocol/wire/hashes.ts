import type { Bytes } from '../bytes.ts'
import { assert } from '../errors.ts'
import { HASH_BYTES } from '../hash-list.ts'
import { EXTENT_CHUNKS } from '../limits.ts'
import type { FrameCodec } from './codec.ts'
import { isPartRange } from './part-range.ts'
import { readWord, writeWord } from './word.ts'

const subjects = ['extents', 'hashes'] as const

/** Answers an ask for hashes. Whether they are the published ones only the root of a checkpoint tells. */
export type Hashes = Readonly<{
  type: 'hashes'
  /** extents: one hash an extent. hashes: those of the chunks of whole extents; the share's last may be shorter. */
  what: (typeof subjects)[number]
  /** The first extent. */
  first: number
  /** HASH_BYTES each, 1 to FRAME_HASHES_MAX of them. */
  hashes: Bytes
}>

/** Index: first. `u8 what ‖ zero 3 ‖ hashes`. SPEC.md §12.3. */
export const hashes: FrameCodec<Hashes> = {
  id: 9,
  indexOf: ({ first }) => first,
  bodyBytes: (frame) => 4 + frame.hashes.length,

  encode(frame, writer) {
    assert(isAnswer(frame), 'hashes within one frame')
    writeWord(writer, subjects, frame.what)
    writer.zeros(3).bytes(frame.hashes)
  },

  decode(reader, first) {
    const what = readWord(reader, subjects)
    reader.zeros(3)
    const answer: Hashes = { type: 'hashes', what, first, hashes: reader.bytes(reader.remaining) }
    if (!isAnswer(answer)) throw reader.fail('no whole hashes, or too many')
    return answer
  },
}

function isAnswer({ what, first, hashes: bytes }: Hashes): boolean {
  if (bytes.length % HASH_BYTES !== 0) return false
  const count = bytes.length / HASH_BYTES
  const extents = what === 'extents' ? count : Math.ceil(count / EXTENT_CHUNKS)
  return isPartRange(what, first, extents)
}
