import type { Bytes } from '../../../protocol/bytes.ts'
import type { StreamLayout } from '../../engine/receive/stream-layout.ts'
import type { OrderedSink } from './ordered-sink.ts'

/**
 * The plain bytes of one file, in order, as they come; each part is the reader's own. Entries must be read in the
 * order of the index.
 */
export async function* entryParts(
  layout: StreamLayout,
  sink: OrderedSink,
  entry: number,
): AsyncGenerator<Bytes> {
  const { first, end } = layout.chunksOf(entry)
  for (let chunk = first; chunk < end; chunk += 1) {
    const plain = await sink.take(chunk)
    for (const segment of layout.segmentsOf(chunk)) {
      if (segment.entry !== entry) continue
      const { chunkOffset, length } = segment
      const isWhole = length === plain.length
      // A copy where the chunk holds something else too: the next file, or the padding.
      yield isWhole ? sink.giveAway() : plain.slice(chunkOffset, chunkOffset + length)
    }
  }
}
