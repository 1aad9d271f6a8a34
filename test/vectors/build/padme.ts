import { chunkCountOf, lastChunkBytes, paddedBytes, padme } from '../../../protocol/padme.ts'
import type { VectorFile } from '../vector-file.ts'

const lengths = [
  2,
  3,
  8,
  9,
  15,
  16,
  17,
  100,
  255,
  256,
  257,
  1000,
  4096,
  4097,
  65_535,
  65_536,
  65_537,
  1_000_000,
  1_000_000_000,
  2 ** 32 - 1,
  2 ** 32,
  2 ** 32 + 1,
  2 ** 40,
  2 ** 40 + 1,
  2 ** 41 - 1,
  2 ** 52,
]
const totals = [
  0,
  1,
  4095,
  4096,
  4097,
  262_099,
  262_100,
  262_101,
  524_200,
  524_201,
  20_000_000_000,
  2 ** 40,
]

export function buildPadme(): VectorFile {
  return {
    padme: lengths.map((length) => ({ length, padded: padme(length) })),
    stream: totals.map((total) => {
      const streamBytes = paddedBytes(total)
      return {
        total,
        streamBytes,
        chunkCount: chunkCountOf(streamBytes),
        lastChunkBytes: lastChunkBytes(streamBytes),
      }
    }),
  }
}
