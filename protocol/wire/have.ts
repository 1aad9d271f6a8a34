import { isZero, type Bytes } from '../bytes.ts'
import type { ByteReader } from '../byte-reader.ts'
import { assert } from '../errors.ts'
import { CHUNKS_MAX, HAVE_CHUNKS_MAX } from '../limits.ts'
import type { FrameCodec } from './codec.ts'

/** Which of a range of chunks the peer has: a hint, and a zero bit says nothing. */
export type Have = Readonly<{
  type: 'have'
  /** Index of the first chunk, a multiple of 8. */
  first: number
  /** How many chunks it tells of, 1 to HAVE_CHUNKS_MAX. */
  count: number
  /** Chunk `first + i` is bit 7 − (i mod 8) of byte ⌊i/8⌋; bits behind the last chunk are zero. */
  bitmap: Bytes
}>

/** Index: first. `u32 count ‖ bitmap of ⌈count/8⌉ bytes`. SPEC.md §12.3. */
export const have: FrameCodec<Have> = {
  id: 2,
  indexOf: ({ first }) => first,
  bodyBytes: ({ bitmap }) => 4 + bitmap.length,

  encode({ first, count, bitmap }, writer) {
    assert(isRange(first, count) && endsInZeros(bitmap, count), 'a range of chunks')
    writer.u32(count).bytes(bitmap, Math.ceil(count / 8))
  },

  decode(reader, first) {
    const count = reader.u32()
    if (!isRange(first, count)) throw reader.fail(`no range: ${count} chunks from ${first}`)
    return { type: 'have', first, count, bitmap: readBitmap(reader, count) }
  },
}

function readBitmap(reader: ByteReader, count: number): Bytes {
  const bitmap = reader.bytes(Math.ceil(count / 8))
  if (!endsInZeros(bitmap, count)) throw reader.fail('bits behind the last chunk')
  return bitmap
}

function isRange(first: number, count: number): boolean {
  if (first % 8 !== 0 || count < 1 || count > HAVE_CHUNKS_MAX) return false
  return first + count <= CHUNKS_MAX
}

function endsInZeros(bitmap: Bytes, count: number): boolean {
  const unusedBits = (8 - (count % 8)) % 8
  const last = bitmap.at(-1) ?? 0
  return isZero(Uint8Array.of(last & ((1 << unusedBits) - 1)))
}
