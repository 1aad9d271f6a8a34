import { makeZip, predictLength } from 'client-zip'
import type { Bytes } from '../../../protocol/bytes.ts'
import type { StreamLayout } from '../../engine/receive/stream-layout.ts'
import { entryParts } from './entry-parts.ts'
import type { OrderedSink } from './ordered-sink.ts'

/** A file in the zip: its place in the index, and a path that is safe on every system. */
export type ZipEntry = Readonly<{ entry: number; path: string }>

/** What the date of a zip can say, in the zone of whoever makes it; another year comes out as some third one. */
const DATE_MS_MIN = new Date(1980, 0, 1).getTime()
const DATE_MS_MAX = new Date(2107, 11, 31, 23, 59, 58).getTime()

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
      const known = metadataOf(layout, one)
      if ('size' in known) yield { ...known, input: entryParts(layout, sink, one.entry) }
      else yield known
    }
  }
  return makeZip(inputs())
}

/** A folder has no size: what has one counts as a file, whose name has no `/` at its end. */
function metadataOf(
  { index }: StreamLayout,
  { entry, path }: ZipEntry,
): ZipFolder | Omit<ZipFile, 'input'> {
  const { size = 0, mtimeMs = 0 } = index[entry] ?? {}
  const dateMs = Math.min(DATE_MS_MAX, Math.max(DATE_MS_MIN, mtimeMs))
  const named = { name: path, lastModified: new Date(dateMs) }
  return path.endsWith('/') ? named : { ...named, size }
}
