import { assert } from '../errors.ts'
import { readChunkList, writeChunkList } from './chunk-list.ts'
import type { FrameCodec } from './codec.ts'
import { isPartRange, type Part } from './part-range.ts'
import { readWord, writeWord } from './word.ts'

const subjects = ['chunks', 'extents', 'hashes', 'index'] as const
const reasons = ['missing', 'busy', 'budget'] as const

/** What was asked for will not come. No fault: ask somebody else. */
export type Reject = Readonly<{
  type: 'reject'
  /** What was asked for: chunks by `request`, the others by `ask`. */
  what: (typeof subjects)[number]
  /** missing: not here, or not as published. busy: not now. budget: not any more, to this peer or today. */
  reason: (typeof reasons)[number]
  /** Of chunks their indexes, as in a request; of the others one number, the `first` of the ask. */
  indexes: readonly number[]
}>

/** `u8 what ‖ u8 reason ‖ u16 count ‖ count × u32 index`. D06: what can be asked for can be refused. SPEC.md §12.3. */
export const reject: FrameCodec<Reject> = {
  id: 6,

  encode({ what, reason, indexes }, writer) {
    writeWord(writer, subjects, what)
    writeWord(writer, reasons, reason)
    if (what === 'chunks') writeChunkList(writer, indexes)
    else writer.u16(1).u32(startOf(what, indexes))
  },

  decode(reader) {
    const what = readWord(reader, subjects)
    const reason = readWord(reader, reasons)
    if (what === 'chunks') return { type: 'reject', what, reason, indexes: readChunkList(reader) }
    const [count, first] = [reader.u16(), reader.u32()]
    if (count !== 1 || !isPartRange(what, first, 1))
      throw reader.fail(`${count} ${what} from ${first}`)
    return { type: 'reject', what, reason, indexes: [first] }
  },
}

function startOf(what: Part, indexes: readonly number[]): number {
  const [first = -1] = indexes
  assert(indexes.length === 1 && isPartRange(what, first, 1), 'where one ask begins')
  return first
}
