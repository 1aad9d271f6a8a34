import { createHash } from 'node:crypto'
import {
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FileSink } from '../../../client/node/file-sink.ts'
import { StreamLayout } from '../../../client/engine/receive/stream-layout.ts'
import { makeShareId } from '../../protocol/placement-network.ts'
import { createRandom } from '../../random.ts'
import { allChunks, chunkOf, streamOf, writeChunks } from './sink-chunks.ts'

const MTIME_MS = Date.UTC(2020, 1, 2, 3, 4, 5)
const shareId = makeShareId(1)
const WORK = `.skerry-${shareId.slice(0, 16)}`

let target = ''
beforeEach(async () => {
  target = await mkdtemp(join(tmpdir(), 'sink-'))
})
afterEach(() => rm(target, { recursive: true, force: true }))

function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  const random = createRandom(seed)
  return items
    .map((item) => ({ item, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item)
}

const big = new StreamLayout([
  { path: 'top/a.bin', size: 1_000_000, mtimeMs: MTIME_MS },
  { path: 'top/empty', size: 0, mtimeMs: MTIME_MS },
  { path: 'top/folder/', size: 0 },
  { path: 'top/run.sh', size: 5, executable: true },
  { path: 'top/deep/er/b.bin', size: 2_000_000 },
  { path: 'single.txt', size: 17 },
])

describe('FileSink', () => {
  it('puts files, empty files and empty folders where they belong, whatever the order of the chunks', async () => {
    await using sink = await FileSink.open({ target, shareId, layout: big })
    await writeChunks(sink, big, shuffled(allChunks(big), 3))
    expect(await readdir(target)).toEqual([WORK])
    const placed = await sink.finish()
    const stream = streamOf(big)
    const names = ['top/a.bin', 'top/empty', 'top/run.sh', 'top/deep/er/b.bin', 'single.txt']
    expect(placed.map(({ path }) => path)).toEqual(names)
    let start = 0
    for (const { path, bytes, sha256 } of placed) {
      const content = await readFile(join(target, path))
      const expected = stream.subarray(start, start + bytes)
      expect(Buffer.compare(content, expected)).toBe(0)
      expect(sha256).toBe(createHash('sha256').update(expected).digest('hex'))
      start += bytes
    }
    expect((await readdir(target)).toSorted()).toEqual(['single.txt', 'top'])
    expect((await stat(join(target, 'top/folder'))).isDirectory()).toBe(true)
    expect((await stat(join(target, 'top/a.bin'))).mtimeMs).toBe(MTIME_MS)
    expect((await stat(join(target, 'top/empty'))).mtimeMs).toBe(MTIME_MS)
    expect((await stat(join(target, 'top/run.sh'))).mode & 0o111).toBe(0o111)
    expect((await stat(join(target, 'single.txt'))).mode & 0o111).toBe(0)
  })

  it('claims in the next run what was written, and reads it back', async () => {
    const written = [0, 2, 5, 9]
    {
      await using sink = await FileSink.open({ target, shareId, layout: big })
      await writeChunks(sink, big, written)
    }
    await using sink = await FileSink.open({ target, shareId, layout: big })
    expect(allChunks(big).filter((chunk) => sink.claimed.has(chunk))).toEqual(written)
    const stream = streamOf(big)
    for (const chunk of written) {
      const plain = await sink.read(chunk)
      expect(Buffer.compare(plain ?? Buffer.alloc(0), chunkOf(big, stream, chunk))).toBe(0)
      await sink.confirm(chunk, chunkOf(big, stream, chunk))
    }
    await writeChunks(
      sink,
      big,
      allChunks(big).filter((chunk) => !written.includes(chunk)),
    )
    const placed = await sink.finish()
    expect(placed).toHaveLength(5)
    for (const { path, sha256 } of placed) {
      expect(
        createHash('sha256')
          .update(await readFile(join(target, path)))
          .digest('hex'),
      ).toBe(sha256)
    }
  })

  it('refuses a target that has one of the names, before and after, and keeps everything', async () => {
    await writeFile(join(target, 'single.txt'), 'mine')
    await expect(FileSink.open({ target, shareId, layout: big })).rejects.toMatchObject({
      code: 'TARGET_EXISTS',
    })
    expect(await readdir(target)).toEqual(['single.txt'])
    await rm(join(target, 'single.txt'))
    await using sink = await FileSink.open({ target, shareId, layout: big })
    await writeChunks(sink, big, allChunks(big))
    // Somebody is quicker.
    await mkdir(join(target, 'top'))
    await writeFile(join(target, 'top', 'theirs'), 'theirs')
    await writeFile(join(target, 'single.txt'), 'mine')
    await expect(sink.finish()).rejects.toMatchObject({ code: 'TARGET_EXISTS' })
    await sink[Symbol.asyncDispose]()
    expect(await readFile(join(target, 'single.txt'), 'utf8')).toBe('mine')
    expect(await readdir(join(target, 'top'))).toEqual(['theirs'])
    // What is complete waits for its place: nothing is fetched again.
    await rm(join(target, 'single.txt'))
    await rm(join(target, 'top'), { recursive: true })
    await using again = await FileSink.open({ target, shareId, layout: big })
    expect(again.isFinished).toBe(true)
    expect(await again.finish()).toHaveLength(5)
    expect((await readdir(target)).toSorted()).toEqual(['single.txt', 'top'])
  })

  it('goes on moving what an earlier run had begun to move', async () => {
    const sink = await FileSink.open({ target, shareId, layout: big })
    await writeChunks(sink, big, allChunks(big))
    await writeFile(join(target, 'single.txt'), 'mine')
    await expect(sink.finish()).rejects.toMatchObject({ code: 'TARGET_EXISTS' })
    await sink[Symbol.asyncDispose]()
    // The folder was moved before the file was in the way.
    expect((await readdir(target)).toSorted()).toEqual([WORK, 'single.txt', 'top'])
    await rm(join(target, 'single.txt'))
    await using again = await FileSink.open({ target, shareId, layout: big })
    await again.finish()
    expect((await readdir(target)).toSorted()).toEqual(['single.txt', 'top'])
  })

  it('lets one process at a time receive a share into a folder', async () => {
    await using sink = await FileSink.open({ target, shareId, layout: big })
    expect(sink.isFinished).toBe(false)
    await expect(FileSink.open({ target, shareId, layout: big })).rejects.toMatchObject({
      code: 'FOLDER_IN_USE',
    })
  })

  it('never writes through a link that somebody put in its way', async () => {
    const outside = join(target, 'outside')
    await writeFile(outside, 'untouched')
    await mkdir(join(target, WORK, 'files', 'top'), { recursive: true })
    await symlink(outside, join(target, WORK, 'files', 'top', 'a.bin'))
    await using sink = await FileSink.open({ target, shareId, layout: big })
    await expect(writeChunks(sink, big, [0])).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
    expect(await readFile(outside, 'utf8')).toBe('untouched')
    await rm(join(target, WORK), { recursive: true })
    const elsewhere = await mkdtemp(join(tmpdir(), 'else-'))
    await symlink(elsewhere, join(target, WORK))
    await expect(FileSink.open({ target, shareId, layout: big })).rejects.toMatchObject({
      code: 'TARGET_EXISTS',
    })
    expect(await readdir(elsewhere)).toEqual([])
    await rm(elsewhere, { recursive: true })
  })

  it('makes names safe before they touch the disk, and keeps them apart', async () => {
    const layout = new StreamLayout([
      { path: '../../escape', size: 1 },
      { path: '/etc/passwd', size: 2 },
      { path: 'in\u202Eexe.txt', size: 3 },
      { path: 'same', size: 4 },
      { path: 'same', size: 5 },
      { path: 'caf\u00E9', size: 6 },
      { path: 'cafe\u0301', size: 7 },
      { path: 'n'.repeat(255), size: 8 },
    ])
    await using sink = await FileSink.open({ target, shareId, layout })
    await writeChunks(sink, layout, [0])
    const placed = await sink.finish()
    expect(new Set(placed.map(({ path }) => path)).size).toBe(8)
    for (const { path, bytes } of placed) {
      const saved = join(target, path)
      expect(saved.startsWith(`${target}/`)).toBe(true)
      expect((await stat(saved)).size).toBe(bytes)
    }
    expect((await readdir(target)).toSorted()).toEqual(
      [
        'escape',
        'etc',
        'in_exe.txt',
        'same',
        'same (2)',
        'caf\u00E9',
        'cafe\u0301',
        'n'.repeat(255),
      ].toSorted(),
    )
  })

  it('says before it starts what a disk lacks', async () => {
    const layout = new StreamLayout([{ path: 'huge', size: 2 ** 40 }])
    await expect(FileSink.open({ target, shareId, layout })).rejects.toThrow(/lacks .* [GT]B/)
  })

  it('says what is kept and what is missing when the disk fills up', async () => {
    // A device of Linux that is always full.
    await using full = await open('/dev/full', 'w')
    const cause = await full.write('x').catch((error: unknown) => error)
    const { diskFault } = await import('../../../client/node/disk-fault.ts')
    expect(diskFault(cause, '/some/where', 'All is kept.')).toMatchObject({
      code: 'DISK_FULL',
      message: 'The disk of /some/where is full. All is kept.',
    })
  })

  it('keeps few files open, however many there are', async () => {
    const layout = new StreamLayout(
      Array.from({ length: 3000 }, (_, i) => ({ path: `many/${i % 30}/${i}`, size: 1500 })),
    )
    await using sink = await FileSink.open({ target, shareId, layout })
    const before = (await readdir('/proc/self/fd')).length
    let most = 0
    const sampling = setInterval(() => {
      void readdir('/proc/self/fd').then(({ length }) => (most = Math.max(most, length)))
    }, 5)
    await writeChunks(sink, layout, allChunks(layout))
    clearInterval(sampling)
    expect(most - before).toBeLessThan(150)
    expect(await sink.finish()).toHaveLength(3000)
    expect(await readdir(join(target, 'many'))).toHaveLength(30)
  })

  it('saves only the wanted entries, and does not mind the names of the others', async () => {
    await writeFile(join(target, 'single.txt'), 'mine')
    const entries = new Set([0, 3])
    await using sink = await FileSink.open({ target, shareId, layout: big, entries })
    const wanted = big.chunkSetOf(entries)
    await writeChunks(
      sink,
      big,
      allChunks(big).filter((chunk) => wanted.has(chunk)),
    )
    const placed = await sink.finish()
    expect(placed.map(({ path }) => path)).toEqual(['top/a.bin', 'top/run.sh'])
    const stream = streamOf(big)
    const content = await readFile(join(target, 'top/a.bin'))
    expect(Buffer.compare(content, stream.subarray(0, 1_000_000))).toBe(0)
    expect(await readFile(join(target, 'single.txt'), 'utf8')).toBe('mine')
  })
})
