import { assert } from '../errors.ts'
import { HASH_BYTES } from '../hash-list.ts'
import { EXTENT_CHUNKS } from '../limits.ts'
import type { FrameCodec } from './codec.ts'
import { isPartRange, parts, type Part } from './part-range.ts'
import { readWord, writeWord } from './word.ts'

/** Of what is counted: an extent's hash, the hashes of its chunks, a byte of the index. */
const unitBytes = { extents: HASH_BYTES, hashes: EXTENT_CHUNKS * HASH_BYTES, index: 1 } as const

/** Asks for what is needed to verify chunks: answered by `hashes`, `index` or `reject`. */
export type Ask = Readonly<{
  type: 'ask'
  what: Part
  /** The first extent, or the first byte of the sealed index. */
  first: number
  /** Extents, or bytes: what one frame carries at most. */
  count: number
}>

/** What an answer has at most. */
export function askedBytes({ what, count }: Ask): number {
  return count * unitBytes[what]
}

/** Index: first. `u8 what ‖ zero 3 ‖ u32 count`. SPEC.md §12.3. */
export const ask: FrameCodec<Ask> = {
  id: 8,
  indexOf: ({ first }) => first,

  encode({ what, first, count }, writer) {
    assert(isPartRange(what, first, count), 'a range within one frame')
    writeWord(writer, parts, what)
    writer.zeros(3).u32(count)
  },

  decode(reader, first) {
    const what = readWord(reader, parts)
    reader.zeros(3)
    const count = reader.u32()
    if (!isPartRange(what, first, count)) throw reader.fail(`${count} ${what} from ${first}`)
    return { type: 'ask', what, first, count }
  },
}
