import type { ByteReader } from '../byte-reader.ts'
import type { ByteWriter } from '../byte-writer.ts'
import { assert } from '../errors.ts'
import { CHUNKS_MAX, REQUEST_CHUNKS_MAX } from '../limits.ts'

/** `u16 count ‖ count × u32 index`: distinct indexes, 1 to REQUEST_CHUNKS_MAX of them. */
export function writeChunkList(writer: ByteWriter, chunks: readonly number[]): void {
  assert(isChunkList(chunks), 'distinct chunks within the limit')
  writer.u16(chunks.length)
  for (const index of chunks) writer.u32(index)
}

export function readChunkList(reader: ByteReader): number[] {
  const count = reader.u16()
  // Checked before the loop: a peer must not choose how much we allocate.
  if (count > REQUEST_CHUNKS_MAX) throw reader.fail(`${count} chunks in one frame`)
  const chunks = Array.from({ length: count }, () => reader.u32())
  if (!isChunkList(chunks)) throw reader.fail('no chunks, repeating ones, or ones out of range')
  return chunks
}

function isChunkList(chunks: readonly number[]): boolean {
  if (chunks.length === 0 || chunks.length > REQUEST_CHUNKS_MAX) return false
  return new Set(chunks).size === chunks.length && chunks.every((index) => index < CHUNKS_MAX)
}
