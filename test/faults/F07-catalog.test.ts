import {
  cp,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  truncate,
  unlink,
  writeFile,
} from 'node:fs/promises'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { encodeCheckpointMessage } from '../../protocol/accept.ts'
import { createRandom } from '../random.ts'
import { faultOf, fixedBytes, NOW_MS } from '../protocol/owner.ts'
import { DAY_MS, SentShare } from '../seed/sent-share.ts'
import { refusalOf, TestSeed } from '../seed/test-seed.ts'
import { TestStore } from '../seed/test-store.ts'

const share = await SentShare.make('F07', { chunkCount: 17 })
const gone = await SentShare.make('F07 gone', { chunkCount: 1 })
const partial = await SentShare.make('F07 partial', { chunkCount: 3 })

const NO_HASHES = new Uint8Array(0)

let seed: TestStore
beforeEach(async () => {
  seed = await TestStore.open()
  await seed.send(share)
  await seed.send(gone)
  await seed.shares.putCheckpoint(gone.id, gone.deletion())
  await seed.shares.create(partial.creation)
  await seed.shares.putCheckpoint(partial.id, partial.sealed())
  await seed.shares.putChunks(partial.id, partial.upload(0, 1))
  await seed.close()
})
afterEach(() => seed[Symbol.asyncDispose]())

const catalogFiles = async (pattern: RegExp): Promise<string[]> => {
  const folder = join(seed.folder, 'catalog')
  const names = await readdir(folder)
  return names.filter((name) => pattern.test(name)).map((name) => join(folder, name))
}

/** Ways to lose LevelDB. */
const losses = {
  'its folder': () => rm(join(seed.folder, 'catalog'), { recursive: true }),
  CURRENT: () => unlink(join(seed.folder, 'catalog', 'CURRENT')),
  'its manifest': async () => {
    for (const path of await catalogFiles(/^MANIFEST/)) await writeFile(path, 'nonsense')
  },
  'the file of its manifest': async () => {
    for (const path of await catalogFiles(/^MANIFEST/)) await unlink(path)
  },
  'what CURRENT says': () => writeFile(join(seed.folder, 'catalog', 'CURRENT'), '\0\0\0\n'),
  'its log': async () => {
    for (const path of await catalogFiles(/\.log$/)) await truncate(path, 0)
  },
}

describe.each(Object.entries(losses))('a catalog that lost %s', (_what, lose) => {
  it('F07: is made anew from the files, with all that was whole and all that was deleted', async () => {
    await lose()
    await seed.reopen()
    for (const { id } of [share, gone, partial]) await seed.shares.verification.verify(id)
    expect(Buffer.compare(await seed.read(share), share.data)).toBe(0)
    const found = await seed.shares.get(share.id)
    expect(await seed.shares.getReceipt(found, fixedBytes('c', 16))).toBeDefined()
    expect(seed.parts.catalog.storedBytes).toBe(share.data.length + share.index.length)
    const tombstone = await seed.shares.get(gone.id)
    expect(await faultOf(() => seed.shares.checkServable(tombstone))).toBe('SHARE_DELETED')
    const late = (): Promise<unknown> =>
      seed.shares.putCheckpoint(gone.id, gone.sealed({ seq: 99 }))
    expect(await faultOf(late)).toBe('SHARE_DELETED')
  })

  it('F07: serves nothing of a share whose hashes nobody here can tell, until they are back', async () => {
    await lose()
    await seed.reopen()
    await seed.shares.verification.verify(partial.id)
    const found = await seed.shares.get(partial.id)
    expect(await faultOf(() => seed.shares.checkServable(found))).toBe('SHARE_UNVERIFIED')
    const wrong = partial.hashes.slice().fill(0, 0, 32)
    const adopt = (): Promise<void> => seed.shares.adoptHashList(partial.id, wrong)
    expect(await faultOf(adopt)).toBe('CHECKPOINT_INVALID')
    await seed.shares.adoptHashList(partial.id, partial.hashes)
    expect(found.held.count).toBe(2)
    await seed.shares.putChunks(partial.id, partial.upload(2, 2))
    expect(Buffer.compare(await seed.read(partial), partial.data)).toBe(0)
  })
})

it('F07: takes the hashes back from the sender who goes on, and asks for all of them', async () => {
  await rm(join(seed.folder, 'catalog'), { recursive: true })
  await seed.reopen()
  const later = partial.sealed({ seq: 12 }).slice(0, 196)
  const message = encodeCheckpointMessage({ checkpoint: later, first: 16, hashes: NO_HASHES })
  const put = seed.shares.putCheckpoint(partial.id, message)
  await expect(put).rejects.toMatchObject({ code: 'HASHES_MISSING', details: { n: 0 } })
  await seed.shares.putCheckpoint(partial.id, partial.sealed({ seq: 12 }))
  const found = await seed.shares.get(partial.id)
  expect(found).toMatchObject({ isVerified: true, chunkCount: 3 })
  await expect.poll(() => found.held.count).toBe(2)
})

it('F07: takes a deletion of a share that it could not check', async () => {
  await rm(join(seed.folder, 'catalog'), { recursive: true })
  await seed.reopen()
  const { deletion } = await seed.shares.putCheckpoint(partial.id, partial.deletion())
  expect(deletion).toBeDefined()
  expect(await seed.parts.store.listExtents(partial.id)).toEqual(new Set())
})

it('F07: checks everything again by itself when the process starts', async () => {
  await rm(join(seed.folder, 'catalog'), { recursive: true })
  await using server = await TestSeed.start({ dir: seed.folder })
  await server.running.verified
  expect((await server.ask(share, '/data')).status).toBe(200)
  expect((await server.ask(partial, '/data')).status).toBe(503)
  expect(server.log).toContainEqual({ event: 'rebuilt', shares: 3, damagedFiles: 0 })
})

it('F07: unlinks what expired while the catalog was gone', async () => {
  await rm(join(seed.folder, 'catalog'), { recursive: true })
  seed.nowMs = NOW_MS + 9 * DAY_MS
  await seed.reopen()
  await seed.maintenance.run()
  expect(await seed.parts.store.listExtents(partial.id)).toEqual(new Set())
  expect(await seed.parts.store.listExtents(share.id)).toEqual(new Set())
})

it.each([1, 2, 3, 4, 5, 6])(
  'F07: serves no wrong byte and believes no wrong row, whichever byte of the catalog is turned, random %i',
  async (number) => {
    const random = createRandom(number)
    // Twice opened, the rows stand in a table and no longer in the log, where LevelDB checks every record.
    await seed.reopen()
    await seed.reopen()
    await seed.close()
    for (const path of await catalogFiles(/\.(ldb|log)$/)) await turnByte(path, random)
    await seed.reopen()
    if (seed.fatal.length > 0) await seed.reopen()
    for (const { id } of [share, gone]) await seed.shares.verification.verify(id)
    const read = await seed.read(share).catch(() => undefined)
    if (read !== undefined) expect(Buffer.compare(read, share.data)).toBe(0)
    const tombstone = await seed.shares.get(gone.id)
    expect(await faultOf(() => seed.shares.checkServable(tombstone))).toBe('SHARE_DELETED')
  },
)

it('F07: believes the file of a share where the catalog forgot its end without a word', async () => {
  const later = await SentShare.make('F07 later', { chunkCount: 1 })
  const kept = join(seed.folder, 'kept')
  await cp(join(seed.folder, 'catalog'), kept, { recursive: true })
  await seed.reopen()
  await seed.send(later)
  await seed.shares.putCheckpoint(share.id, share.deletion())
  await seed.close()
  await rm(join(seed.folder, 'catalog'), { recursive: true })
  await rename(kept, join(seed.folder, 'catalog'))
  await using server = await TestSeed.start({ dir: seed.folder })
  await server.running.verified
  expect(await refusalOf(await server.ask(share, '/data'))).toEqual([410, 'SHARE_DELETED'])
  expect((await server.ask(later, '/data')).status).toBe(200)
  expect((await server.running.status()).shares).toBe(4)
})

it('F07: stays as it is where it cannot be opened and nothing says that it is damaged', async () => {
  const lock = join(seed.folder, 'catalog', 'LOCK')
  await unlink(lock)
  await mkdir(lock)
  await expect(seed.reopen()).rejects.toThrow('failed to open')
  expect(await readdir(seed.folder)).toEqual(['catalog', 'shares'])
  await rmdir(lock)
  await seed.reopen()
  expect(seed.parts.catalog.isRebuilt).toBe(false)
  expect(Buffer.compare(await seed.read(share), share.data)).toBe(0)
})

it('F07: is kept beside the new one as it was lost, however often the new one is begun', async () => {
  await losses['its manifest']()
  const lost = (await catalogFiles(/./)).map((path) => basename(path))
  const file = seed.pathOf(share, 'share')
  await rename(file, `${file}.away`)
  await mkdir(file)
  for (let start = 0; start < 3; start += 1) await expect(seed.reopen()).rejects.toThrow('EISDIR')
  await rmdir(file)
  await rename(`${file}.away`, file)
  await seed.reopen()
  expect(seed.parts.catalog.isRebuilt).toBe(true)
  expect(await readdir(seed.folder)).toEqual(['catalog', 'catalog.aside', 'shares'])
  expect(await readdir(join(seed.folder, 'catalog.aside'))).toEqual(expect.arrayContaining(lost))
})

it('F07: is in use by one process only', async () => {
  await seed.reopen()
  const second = (): Promise<unknown> => TestStore.open({ folder: seed.folder })
  expect(await faultOf(second)).toBe('FOLDER_IN_USE')
  expect(await readdir(seed.folder)).toEqual(['catalog', 'shares'])
  expect(Buffer.compare(await seed.read(share), share.data)).toBe(0)
})

async function turnByte(path: string, random: () => number): Promise<void> {
  const bytes = await readFile(path)
  if (bytes.length === 0) return
  const index = Math.floor(random() * bytes.length)
  bytes[index] = (bytes[index] ?? 0) ^ 0x10
  await writeFile(path, bytes)
}
