import { describe, expect, it } from 'vitest'
import { StreamLayout } from '../../../../client/engine/receive/stream-layout.ts'
import { OrderedSink } from '../../../../client/worker/save/ordered-sink.ts'
import { zipBytes, zipStream } from '../../../../client/worker/save/zip-parts.ts'

const HEADER = 0x04034b50
const never = new AbortController().signal

/** The zip of one empty folder that has this date. */
async function zipOf(mtimeMs: number | undefined): Promise<{ zip: Buffer; bytes: number }> {
  const layout = new StreamLayout([
    { path: 'new/', size: 0, ...(mtimeMs === undefined ? {} : { mtimeMs }) },
  ])
  const entries = [{ entry: 0, path: 'new/' }]
  const stream = zipStream(layout, new OrderedSink(layout.chunkCount, never), entries)
  const zip = Buffer.from(await new Response(stream).arrayBuffer())
  return { zip, bytes: zipBytes(layout, entries) }
}

/** Year, month and day, as whoever unpacks it reads them. */
function dayOf(zip: Buffer): number[] {
  expect(zip.readUInt32LE(0)).toBe(HEADER)
  const date = zip.readUInt16LE(12)
  return [(date >> 9) + 1980, (date >> 5) & 15, date & 31]
}

describe('a file in a zip', () => {
  it.each([
    ['none', undefined, [1980, 1, 1]],
    ['zero', 0, [1980, 1, 1]],
    ['one of 1979', Date.UTC(1979, 5, 15), [1980, 1, 1]],
    ['one of 2031', Date.UTC(2031, 4, 12, 12), [2031, 5, 12]],
    ['one of 2200', Date.UTC(2200, 0, 1), [2107, 12, 31]],
    ['the last that an index can say', 2 ** 53 - 1, [2107, 12, 31]],
  ])('has the nearest date that a zip can say: %s', async (_, mtimeMs, day) => {
    const { zip, bytes } = await zipOf(mtimeMs)
    expect(dayOf(zip)).toEqual(day)
    expect(zip).toHaveLength(bytes)
  })
})
