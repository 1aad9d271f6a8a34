import { makeZip, predictLength } from 'client-zip'
import type { Bytes } from '../../../protocol/bytes.ts'
import type { StreamLayout } from '../../engine/receive/stream-layout.ts'
import { entryParts } from './entry-parts.ts'
import type { OrderedSink } from './ordered-sink.ts'

/** A file in the zip: its place in the index, and a path that is safe on every system. */
export type ZipEntry = Readonly<{ entry: number; path: string }>

type ZipFolder = { name: string; lastModified: Date }
type ZipFile = ZipFolder & { size: number; input: AsyncIterable<Bytes> }

/** Exactly how long the zip will be: the browser is told before the first byte. */
export function zipBytes(layout: StreamLayout, entries: readonly ZipEntry[]): number {
  return Number(predictLength(entries.map((one) => metadataOf(layout, one))))
}

/** The zip, stored and not compressed, as a stream that is made while it is read. Folders are kept. */
export function zipStream(
  layout: StreamLayout,
  sink: OrderedSink,
  entries: readonly ZipEntry[],
): ReadableStream<Uint8Array> {
  async function* inputs(): AsyncGenerator<ZipFolder | ZipFile> {
    for (const one of entries) {
      const { name, lastModified, size } = metadataOf(layout, one)
      if (name.endsWith('/')) yield { name, lastModified }
      else yield { name, lastModified, size, input: entryParts(layout, sink, one.entry) }
    }
  }
  return makeZip(inputs())
}

function metadataOf(
  { index }: StreamLayout,
  { entry, path }: ZipEntry,
): ZipFolder & { size: number } {
  const { size = 0, mtimeMs } = index[entry] ?? {}
  return { name: path, size, lastModified: new Date(mtimeMs ?? 0) }
}
