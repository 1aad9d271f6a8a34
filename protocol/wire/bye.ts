import type { FrameCodec } from './codec.ts'
import { readWord, writeWord } from './word.ts'

const reasons = [
  'done',
  'full',
  'idle',
  'unsupported',
  'misbehaved',
  'stopping',
  'private',
] as const

/** The last word, before the connection is closed. */
export type Bye = Readonly<{
  type: 'bye'
  /**
   * done: neither has what the other lacks. full: too many others. idle: nothing said for long. unsupported:
   * another version. misbehaved: a rule was broken. stopping: this end goes away. private: this end asks seeds only from
   * now on, or is met through a relay.
   */
  reason: (typeof reasons)[number]
}>

/** `u8 reason`. SPEC.md §12.3. */
export const bye: FrameCodec<Bye> = {
  id: 12,

  encode({ reason }, writer) {
    writeWord(writer, reasons, reason)
  },

  decode(reader) {
    return { type: 'bye', reason: readWord(reader, reasons) }
  },
}
