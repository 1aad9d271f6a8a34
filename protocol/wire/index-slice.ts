import type { Bytes } from '../bytes.ts'
import { assert } from '../errors.ts'
import type { FrameCodec } from './codec.ts'
import { isPartRange } from './part-range.ts'

/** Answers an ask for a part of the sealed index. */
export type IndexSlice = Readonly<{
  type: 'index'
  /** Byte of the sealed index where the slice starts. */
  first: number
  /** 1 to INDEX_SLICE_BYTES_MAX bytes. */
  bytes: Bytes
}>

/** Index: first. The bytes. SPEC.md §12.3. */
export const index: FrameCodec<IndexSlice> = {
  id: 10,
  indexOf: ({ first }) => first,
  bodyBytes: ({ bytes }) => bytes.length,

  encode({ first, bytes }, writer) {
    assert(isPartRange('index', first, bytes.length), 'a slice of an index')
    writer.bytes(bytes)
  },

  decode(reader, first) {
    if (!isPartRange('index', first, reader.remaining)) throw reader.fail('no slice of an index')
    return { type: 'index', first, bytes: reader.bytes(reader.remaining) }
  },
}
