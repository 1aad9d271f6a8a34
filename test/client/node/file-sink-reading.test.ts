import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { StreamLayout } from '../../../client/engine/receive/stream-layout.ts'
import { FileSink } from '../../../client/node/file-sink.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { makeShareId } from '../../protocol/placement-network.ts'
import { allChunks, chunkOf, streamOf, writeChunks } from './sink-chunks.ts'

const shareId = makeShareId(1)
const WORK = `.skerry-${shareId.slice(0, 16)}`

let target = ''
beforeEach(async () => {
  target = await mkdtemp(join(tmpdir(), 'sink-'))
})
afterEach(() => rm(target, { recursive: true, force: true }))

/** Nothing came of it, and somebody was told why. */
function inWords(cause: unknown): undefined {
  if (!(cause instanceof TransferError)) throw cause
}

it('may be asked for chunks while it finishes: it gives what it can, and makes nothing anew', async () => {
  const layout = new StreamLayout([
    { path: 'top/a.bin', size: 1_000_000 },
    { path: 'top/deep/er/b.bin', size: 2_000_000 },
    { path: 'single.txt', size: 17 },
  ])
  await using sink = await FileSink.open({ target, shareId, layout })
  await writeChunks(sink, layout, allChunks(layout))
  const stop = new AbortController()
  const stream = streamOf(layout)
  const ask = async (chunk: number): Promise<void> => {
    while (!stop.signal.aborted) {
      // Also where a file is closed under its reading.
      const plain = await sink.read(chunk).catch(inWords)
      if (plain === undefined) await new Promise(setImmediate)
      else expect(Buffer.compare(plain, chunkOf(layout, stream, chunk))).toBe(0)
    }
  }
  const asking = Promise.all(allChunks(layout).map((chunk) => ask(chunk)))
  await sink.finish()
  stop.abort()
  await asking
  expect((await readdir(target)).toSorted()).toEqual(['single.txt', 'top'])
})

it('makes no file where one is read that is not there, and writes it all the same', async () => {
  const layout = new StreamLayout([{ path: 'deep/one', size: 10 }])
  await using sink = await FileSink.open({ target, shareId, layout })
  expect(await sink.read(0)).toBeUndefined()
  expect(await readdir(join(target, WORK, 'files'))).toEqual([])
  const [plain] = await Promise.all([sink.read(0), writeChunks(sink, layout, [0])])
  expect([undefined, 4096]).toContain(plain?.length)
  expect(await sink.read(0)).toHaveLength(4096)
})

it('says in words that it cannot be read, and writes again once the system lets it', async () => {
  const layout = new StreamLayout([{ path: 'one', size: 10 }])
  await using sink = await FileSink.open({ target, shareId, layout })
  const inTheWay = join(target, WORK, 'files', 'one')
  await mkdir(inTheWay)
  await expect(sink.read(0)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
  await expect(writeChunks(sink, layout, [0])).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
  await rm(inTheWay, { recursive: true })
  await writeChunks(sink, layout, [0])
  expect(await sink.read(0)).toHaveLength(4096)
})
