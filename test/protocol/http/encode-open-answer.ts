import { ByteWriter } from '../../../protocol/byte-writer.ts'
import type { Bytes } from '../../../protocol/bytes.ts'
import type { OpenAnswer } from '../../../protocol/http/open-answer.ts'

/** As a seed answers, which puts it together from what lies on its disk. */
export function encodeOpenAnswer({ checkpoint, sealedIndex, extents }: OpenAnswer): Bytes {
  const writer = new ByteWriter().bytes(checkpoint).bytes(sealedIndex)
  for (const { hash } of extents) writer.bytes(hash)
  return writer.bytes(extents[0]?.chunkHashes ?? new Uint8Array(0)).finish()
}
