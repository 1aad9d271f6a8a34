import type { FrameCodec } from './codec.ts'
import { readWord, writeWord } from './word.ts'

const states = ['closed', 'open'] as const

/** Whether the other end may ask for chunks now. When it closes, what was asked for and did not come will not. */
export type Slot = Readonly<{ type: 'slot'; isOpen: boolean }>

/** `u8`: 1 open, 0 closed. SPEC.md §12.3. */
export const slot: FrameCodec<Slot> = {
  id: 11,

  encode({ isOpen }, writer) {
    writeWord(writer, states, isOpen ? 'open' : 'closed')
  },

  decode(reader) {
    return { type: 'slot', isOpen: readWord(reader, states) === 'open' }
  },
}
