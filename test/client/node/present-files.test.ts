import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { StreamLayout } from '../../../client/engine/receive/stream-layout.ts'
import { FileSink } from '../../../client/node/file-sink.ts'
import { makeShareId } from '../../protocol/placement-network.ts'
import { allChunks, chunkOf, streamOf, writeChunks } from './sink-chunks.ts'

const shareId = makeShareId(1)

let target = ''
beforeEach(async () => {
  target = await mkdtemp(join(tmpdir(), 'present-'))
})
afterEach(() => rm(target, { recursive: true, force: true }))

const big = new StreamLayout([
  { path: 'top/a.bin', size: 1_000_000 },
  { path: 'top/empty', size: 0 },
  { path: 'top/folder/', size: 0 },
  { path: 'top/deep/er/b.bin', size: 2_000_000 },
  { path: 'single.txt', size: 17 },
])

/** As an earlier run did. */
async function save(): Promise<void> {
  await using sink = await FileSink.open({ target, shareId, layout: big })
  await writeChunks(sink, big, allChunks(big))
  await sink.finish()
}

it('fetches what is not there beside what is, and writes to none of that', async () => {
  await save()
  const kept = join(target, 'single.txt')
  const before = await stat(kept, { bigint: true })
  await rm(join(target, 'top'), { recursive: true })
  await using sink = await FileSink.open({ target, shareId, layout: big })
  await writeChunks(sink, big, allChunks(big))
  expect(await sink.finish()).toHaveLength(4)
  expect((await readdir(target)).toSorted()).toEqual(['single.txt', 'top'])
  expect((await stat(kept, { bigint: true })).ctimeNs).toBe(before.ctimeNs)
  const content = await readFile(join(target, 'top/a.bin'))
  expect(Buffer.compare(content, streamOf(big).subarray(0, 1_000_000))).toBe(0)
})

it('claims what lies in the target, empty files and folders too, unless something of it is missing', async () => {
  await save()
  {
    await using sink = await FileSink.open({ target, shareId, layout: big })
    expect(sink.claimed.size).toBe(big.chunkCount)
    const plain = await sink.read(3)
    expect(Buffer.compare(plain ?? Buffer.alloc(0), chunkOf(big, streamOf(big), 3))).toBe(0)
  }
  // Nothing came of it: nothing is left lying about.
  expect((await readdir(target)).toSorted()).toEqual(['single.txt', 'top'])
  await rm(join(target, 'top', 'empty'))
  await expect(FileSink.open({ target, shareId, layout: big })).rejects.toMatchObject({
    code: 'TARGET_EXISTS',
  })
})

it('counts nothing as complete that lay in the target and is gone, though all else was', async () => {
  await save()
  await rm(join(target, 'top'), { recursive: true })
  {
    await using sink = await FileSink.open({ target, shareId, layout: big })
    await writeChunks(sink, big, allChunks(big))
    await writeFile(join(target, 'top'), 'in the way')
    await expect(sink.finish()).rejects.toMatchObject({ code: 'TARGET_EXISTS' })
  }
  await rm(join(target, 'top'))
  await rm(join(target, 'single.txt'))
  await using sink = await FileSink.open({ target, shareId, layout: big })
  expect(sink.isFinished).toBe(false)
})

it('takes no link for a file that it saved', async () => {
  await writeFile(join(target, 'elsewhere'), new Uint8Array(17))
  await symlink(join(target, 'elsewhere'), join(target, 'single.txt'))
  await expect(FileSink.open({ target, shareId, layout: big })).rejects.toMatchObject({
    code: 'TARGET_EXISTS',
  })
})
