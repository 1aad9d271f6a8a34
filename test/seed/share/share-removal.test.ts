import { cp, readdir, readFile, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { faultOf } from '../../protocol/owner.ts'
import { bodyOf, SentShare } from '../sent-share.ts'
import { TestStore } from '../test-store.ts'

// Over one extent, so that borders matter.
const share = await SentShare.make('removal', { chunkCount: 18 })

let seed: TestStore
beforeEach(async () => {
  seed = await TestStore.open()
})
afterEach(() => seed[Symbol.asyncDispose]())

it('drops a share with all that belongs to it, and takes it anew', async () => {
  await seed.send(share)
  await seed.shares.letGo(share.id, 9)
  expect(await seed.shares.find(share.id)).toBeUndefined()
  expect(seed.parts.catalog).toMatchObject({ shareCount: 0, storedBytes: 0 })
  await seed.reopen()
  expect(await seed.shares.find(share.id)).toBeUndefined()
  await seed.send(share)
  expect(Buffer.compare(await seed.read(share), share.data)).toBe(0)
})

it('leaves no row of a dropped share that would count for the same one later, wherever the process is killed', async () => {
  await seed.send(share)
  // Twice opened, the rows stand in a table, and the log begins with what comes now.
  await seed.reopen()
  await seed.reopen()
  await seed.shares.letGo(share.id, 9)
  await seed.close()
  const ends = await recordEnds(seed)
  expect(ends.length).toBeGreaterThan(2)
  for (const end of ends) {
    await using killed = await copyOf(seed, end)
    await killed.shares.create(share.creation)
    await killed.shares.putCheckpoint(share.id, share.sealed({ seq: 10 }))
    // Killed again before anything of the first extent is counted.
    await using writer = await killed.parts.store.openWriter({ shareId: share.id, extent: 0 })
    await writer.write(0, share.chunks[1] ?? new Uint8Array(0))
    await killed.reopen()
    const found = await killed.shares.get(share.id)
    await killed.shares.checkPresence(found)
    expect([end, found.held.count, found.isIndexHeld]).toEqual([end, 0, false])
  }
})

it.each([0, 2])(
  'ends an upload of a share that is dropped, of which nothing stays, after %i chunks',
  async (count) => {
    await seed.shares.create(share.creation)
    await seed.shares.putCheckpoint(share.id, share.sealed())
    await seed.shares.putChunks(share.id, share.upload(16, 17))
    const { start, end } = share.upload(0, 3)
    async function* droppedMeanwhile(): ReturnType<typeof bodyOf> {
      yield* bodyOf(share.chunks.slice(0, count))
      await seed.shares.letGo(share.id, 9)
      yield* bodyOf(share.chunks.slice(count, 4))
    }
    const upload = { start, end, body: droppedMeanwhile() }
    expect(await faultOf(() => seed.shares.putChunks(share.id, upload))).toBe('SHARE_MISSING')
    expect(seed.fatal).toEqual([])
    await seed.send(share)
    expect(Buffer.compare(await seed.read(share), share.data)).toBe(0)
  },
)

it.each([
  ['a newer checkpoint', share.sealed({ seq: 10 }), 'sealed'],
  ['a deletion', share.deletion(10), 'deleted'],
  ['a deletion with the same seq', share.deletion(9), 'deleted'],
] as const)('lets nothing go where %s comes in the same moment', async (_what, message, state) => {
  await seed.send(share)
  await Promise.all([seed.shares.putCheckpoint(share.id, message), seed.shares.letGo(share.id, 9)])
  expect((await seed.shares.get(share.id)).checkpoint?.state).toBe(state)
})

const LOG_HEADER_BYTES = 7

async function logOf({ folder }: Pick<TestStore, 'folder'>): Promise<string> {
  const names = await readdir(join(folder, 'catalog'))
  return join(folder, 'catalog', names.find((name) => name.endsWith('.log')) ?? '')
}

/** Where records of LevelDB's log end: crc 4 ‖ u16 length, little endian ‖ type 1 ‖ record. */
async function recordEnds(store: TestStore): Promise<number[]> {
  const log = await readFile(await logOf(store))
  const ends: number[] = []
  for (let at = 0; at < log.length; at = ends.at(-1) ?? Infinity) {
    ends.push(at + LOG_HEADER_BYTES + log.readUInt16LE(at + 4))
  }
  return ends
}

/** The store as a process leaves it that is killed once the log is so long; the share's files are gone by then. */
async function copyOf(store: TestStore, logBytes: number): Promise<TestStore> {
  const folder = join(store.folder, `killed-${logBytes}`)
  await cp(join(store.folder, 'catalog'), join(folder, 'catalog'), { recursive: true })
  await truncate(await logOf({ folder }), logBytes)
  return TestStore.open({ folder })
}
