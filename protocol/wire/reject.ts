import { readChunkList, writeChunkList } from './chunk-list.ts'
import type { FrameCodec } from './codec.ts'
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

/** `u8 what ‖ u8 reason ‖ u16 count ‖ count × u32 index`. SPEC.md §12.3. */
export const reject: FrameCodec<Reject> = {
  id: 6,

  encode({ what, reason, indexes }, writer) {
    writeWord(writer, subjects, what)
    writeWord(writer, reasons, reason)
    writeChunkList(writer, indexes)
  },

  decode(reader) {
    const what = readWord(reader, subjects)
    const reason = readWord(reader, reasons)
    return { type: 'reject', what, reason, indexes: readChunkList(reader) }
  },
}
