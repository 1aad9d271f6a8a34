import type { StreamLayout } from '../../../client/engine/receive/stream-layout.ts'
import type { FileSink } from '../../../client/node/file-sink.ts'
import type { Bytes } from '../../../protocol/bytes.ts'
import { CHUNK_PLAIN_BYTES } from '../../../protocol/limits.ts'
import { createRandom } from '../../random.ts'

/** The same bytes in every run. */
export function streamOf(layout: StreamLayout, seed = 1): Bytes {
  const random = createRandom(seed)
  const total = layout.index.reduce((sum, { size }) => sum + size, 0)
  const stream = new Uint8Array(layout.streamBytes)
  for (let at = 0; at < total; at += 1) stream[at] = Math.floor(random() * 256)
  return stream
}

export function chunkOf(layout: StreamLayout, stream: Bytes, chunk: number): Bytes {
  const start = chunk * CHUNK_PLAIN_BYTES
  return stream.slice(start, start + layout.chunkBytes(chunk))
}

export async function writeChunks(
  sink: FileSink,
  layout: StreamLayout,
  chunks: readonly number[],
): Promise<void> {
  const stream = streamOf(layout)
  await Promise.all(chunks.map((chunk) => sink.write(chunk, chunkOf(layout, stream, chunk))))
}

export function allChunks({ chunkCount }: StreamLayout): number[] {
  return Array.from({ length: chunkCount }, (_, i) => i)
}
