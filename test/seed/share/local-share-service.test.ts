import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { concat } from '../../../protocol/bytes.ts'
import { publicKeyOf } from '../../../protocol/crypto/ed25519.ts'
import { EXTENT_CHUNKS, SEALED_CHUNK_BYTES_MAX } from '../../../protocol/limits.ts'
import { openRecordBy } from '../../../protocol/record/record.ts'
import type { Share } from '../../../seed/catalog/share.ts'
import { nodeFiles, type StoreFiles } from '../../../seed/store/store-files.ts'
import { faultOf, fixedBytes, NOW_MS } from '../../protocol/owner.ts'
import { bodyOf, DAY_MS, SentShare } from '../sent-share.ts'
import { SEED_SECRET, TestStore } from '../test-store.ts'

const CHALLENGE = fixedBytes('challenge', 16)
// Over one extent, so that borders matter.
const share = await SentShare.make('service', { chunkCount: 18 })

let seed: TestStore
beforeEach(async () => {
  seed = await TestStore.open()
})
afterEach(() => seed[Symbol.asyncDispose]())

describe('an upload', () => {
  it('comes back byte for byte, also after the process was started again', async () => {
    await seed.send(share)
    expect(Buffer.compare(await seed.read(share), share.data)).toBe(0)
    await seed.reopen()
    expect(Buffer.compare(await seed.read(share), share.data)).toBe(0)
    const held = await seed.shares.get(share.id)
    expect(Buffer.from(await seed.shares.getIndex(held))).toEqual(Buffer.from(share.index))
    expect(held.isComplete).toBe(true)
    expect(seed.parts.catalog.storedBytes).toBe(share.data.length + share.index.length)
  })

  it('is answered with how many chunks are held, and may come twice', async () => {
    await seed.shares.create(share.creation)
    expect(await seed.shares.create(share.creation)).toBe('held')
    await seed.shares.putCheckpoint(share.id, share.sealed())
    expect(await seed.shares.putChunks(share.id, share.upload(16, 17))).toBe(2)
    expect(await seed.shares.putChunks(share.id, share.upload(16, 17))).toBe(2)
    expect(await seed.shares.putChunks(share.id, share.upload(3, 5))).toBe(5)
  })

  it('follows the sender as the share grows, extent by extent', async () => {
    await seed.shares.create(share.creation)
    await seed.shares.putCheckpoint(share.id, share.message(0))
    await seed.shares.putCheckpoint(share.id, share.message(16, { seq: 2 }))
    expect(await seed.shares.putChunks(share.id, share.upload(0, 15))).toBe(16)
    await seed.reopen()
    await seed.shares.putCheckpoint(share.id, share.sealed())
    expect(await seed.shares.putChunks(share.id, share.upload(16, 17))).toBe(18)
    expect(Buffer.compare(await seed.read(share), share.data)).toBe(0)
  })

  it('of chunks that no checkpoint names is told what is missing', async () => {
    await seed.shares.create(share.creation)
    expect(await faultOf(() => seed.shares.putChunks(share.id, share.upload(0, 1)))).toBe(
      'HASHES_MISSING',
    )
    await seed.shares.putCheckpoint(share.id, share.message(16, { seq: 2 }))
    const late = seed.shares.putChunks(share.id, share.upload(16, 17))
    await expect(late).rejects.toMatchObject({ code: 'HASHES_MISSING', details: { n: 16 } })
  })

  it('that is not whole chunks of one extent is refused', async () => {
    await seed.shares.create(share.creation)
    await seed.shares.putCheckpoint(share.id, share.sealed())
    const put = (start: number, end: number): Promise<string> =>
      faultOf(() => seed.shares.putChunks(share.id, { start, end, body: bodyOf([]) }))
    expect(await put(1, SEALED_CHUNK_BYTES_MAX)).toBe('REQUEST_INVALID')
    expect(await put(0, SEALED_CHUNK_BYTES_MAX)).toBe('REQUEST_INVALID')
    expect(await put(0, SEALED_CHUNK_BYTES_MAX * (EXTENT_CHUNKS + 1) - 1)).toBe('REQUEST_INVALID')
    expect(await put(0, -1)).toBe('REQUEST_INVALID')
  })

  it('keeps the chunks before the one that breaks off', async () => {
    await seed.shares.create(share.creation)
    await seed.shares.putCheckpoint(share.id, share.sealed())
    const { start, end } = share.upload(0, 3)
    async function* broken(): ReturnType<typeof bodyOf> {
      yield* bodyOf(share.chunks.slice(0, 2))
      throw new Error('connection lost')
    }
    const upload = { start, end, body: broken() }
    await expect(seed.shares.putChunks(share.id, upload)).rejects.toThrow('connection lost')
    await seed.reopen()
    const { held } = await seed.shares.get(share.id)
    expect([held.has(0), held.has(1), held.has(2)]).toEqual([true, true, false])
    expect((await seed.shares.getChunk(await seed.shares.get(share.id), 1)).length).toBe(262_128)
  })

  it('by several at once is kept once and whole', async () => {
    await seed.shares.create(share.creation)
    await seed.shares.putCheckpoint(share.id, share.sealed())
    await seed.shares.putIndex(share.id, share.index)
    const puts = [
      share.upload(0, 15),
      share.upload(0, 15),
      share.upload(8, 15),
      share.upload(16, 17),
    ]
    await Promise.all(puts.map((upload) => seed.shares.putChunks(share.id, upload)))
    expect(Buffer.compare(await seed.read(share), share.data)).toBe(0)
    expect(seed.parts.catalog.storedBytes).toBe(share.data.length + share.index.length)
  })
})

describe('a receipt', () => {
  it('is given only for a sealed share of which everything is held', async () => {
    const get = async (): Promise<unknown> =>
      seed.shares.getReceipt(await seed.shares.get(share.id), CHALLENGE)
    await seed.shares.create(share.creation)
    expect(await get()).toBeUndefined()
    await seed.shares.putCheckpoint(share.id, share.sealed())
    await seed.shares.putChunks(share.id, share.upload(0, 15))
    await seed.shares.putChunks(share.id, share.upload(16, 17))
    expect(await get()).toBeUndefined()
    await seed.shares.putIndex(share.id, share.index)
    expect(await get()).toBeDefined()
  })

  it('says what is held, until when, over the challenge that was asked', async () => {
    await seed.send(share)
    const held = await seed.shares.get(share.id)
    const bytes = await seed.shares.getReceipt(held, CHALLENGE)
    const receipt = openRecordBy('receipt', bytes ?? new Uint8Array(0), publicKeyOf(SEED_SECRET))
    expect(receipt).toMatchObject({ shareId: share.id, seq: 9, n: 18, challenge: CHALLENGE })
    expect(receipt).toMatchObject({ atMs: NOW_MS, keepUntilMs: NOW_MS + 7 * DAY_MS })
  })

  it('is not given for extents and an index that somebody deleted', async () => {
    await seed.send(share)
    await seed.parts.store.deleteContent(share.id)
    const held = await seed.shares.get(share.id)
    const get = (): Promise<unknown> => seed.shares.getReceipt(held, CHALLENGE)
    // Who asks beside waits for the same look.
    expect(await Promise.all([get(), get()])).toEqual([undefined, undefined])
    expect([held.held.count, held.isIndexHeld, held.storedBytes]).toEqual([0, false, 0])
    expect(seed.seen.filter(({ type }) => type === 'damaged')).toHaveLength(19)
  })

  it('is given again once the files can be looked at again', async () => {
    await seed.send(share)
    const held = await seed.shares.get(share.id)
    const get = (): Promise<unknown> => seed.shares.getReceipt(held, CHALLENGE)
    vi.spyOn(seed.parts.store, 'listExtents').mockRejectedValueOnce(new Error('EMFILE'))
    await expect(get()).rejects.toThrow('EMFILE')
    expect(await get()).toBeDefined()
  })

  it('is not given for what was unlinked by half, where one chunk of each extent came anew', async () => {
    await seed.send(share)
    await seed.parts.store.deleteContent(share.id)
    await seed.reopen()
    for (const [first] of share.extents) {
      await seed.shares.putChunks(share.id, share.upload(first, first))
    }
    await seed.shares.putIndex(share.id, share.index)
    const held = await seed.shares.get(share.id)
    expect(held.held.count).toBe(share.extents.length)
    expect(await seed.shares.getReceipt(held, CHALLENGE)).toBeUndefined()
  })

  it('is not given for a share that was unlinked by half and is extended, before its index is back', async () => {
    await seed.send(share)
    // The process ends between the files and the catalog.
    await seed.parts.store.deleteContent(share.id)
    await seed.reopen()
    await seed.shares.putCheckpoint(share.id, share.sealed({ seq: 10 }))
    const held = await seed.shares.get(share.id)
    const get = (): Promise<unknown> => seed.shares.getReceipt(held, CHALLENGE)
    expect(await get()).toBeUndefined()
    for (const [first, last] of share.extents) {
      await seed.shares.putChunks(share.id, share.upload(first, last))
    }
    expect(await get()).toBeUndefined()
    await seed.shares.putIndex(share.id, share.index)
    expect(await get()).toBeDefined()
  })
})

describe('a deletion', () => {
  it('unlinks the content at once and leaves a tombstone that can be handed on', async () => {
    await seed.send(share)
    const { deletion } = await seed.shares.putCheckpoint(share.id, share.deletion())
    const record = openRecordBy('deletion', deletion ?? new Uint8Array(0), publicKeyOf(SEED_SECRET))
    expect(record).toEqual({ shareId: share.id, seq: 10, atMs: NOW_MS })
    await seed.reopen()
    const held = await seed.shares.get(share.id)
    expect(await faultOf(() => seed.shares.checkServable(held))).toBe('SHARE_DELETED')
    expect(await seed.parts.store.listExtents(share.id)).toEqual(new Set())
    expect(await seed.parts.store.getFile(share.id, 'index')).toBeUndefined()
    expect(seed.parts.catalog.storedBytes).toBe(0)
    expect(Buffer.from(held.origin.readToken)).toEqual(Buffer.from(share.readToken))
    const file = await seed.parts.store.getFile(share.id, 'share')
    const tombstone = concat(share.owner.genesisBytes, share.grant, share.readToken)
    expect(file?.length).toBe(tombstone.length + 196)
  })

  it('may be asked for again, and nothing else is accepted after it', async () => {
    await seed.send(share)
    await seed.shares.putCheckpoint(share.id, share.deletion())
    const again = await seed.shares.putCheckpoint(share.id, share.deletion())
    expect(again.deletion).toBeDefined()
    const later = share.sealed({ seq: 99 })
    expect(await faultOf(() => seed.shares.putCheckpoint(share.id, later))).toBe('SHARE_DELETED')
    expect(await faultOf(() => seed.shares.create(share.creation))).toBe('SHARE_DELETED')
  })

  it.each([0, 2])(
    'ends an upload under way, of which nothing stays, after %i chunks',
    async (count) => {
      await seed.shares.create(share.creation)
      await seed.shares.putCheckpoint(share.id, share.sealed())
      const { start, end } = share.upload(0, 3)
      async function* deletedMeanwhile(): ReturnType<typeof bodyOf> {
        yield* bodyOf(share.chunks.slice(0, count))
        await seed.shares.putCheckpoint(share.id, share.deletion())
        yield* bodyOf(share.chunks.slice(count, 4))
      }
      const upload = { start, end, body: deletedMeanwhile() }
      expect(await faultOf(() => seed.shares.putChunks(share.id, upload))).toBe('SHARE_DELETED')
      expect(await seed.parts.store.listExtents(share.id)).toEqual(new Set())
      expect((await seed.shares.get(share.id)).held.count).toBe(0)
    },
  )

  it('beats every seq, and ends a download under way', async () => {
    await seed.send(share)
    const held = await seed.shares.get(share.id)
    const span = { start: 0, end: share.data.length - 1 }
    const pieces = seed.shares.readData(held, span)
    await pieces.next()
    await seed.shares.putCheckpoint(share.id, share.deletion(1))
    const rest = async (): Promise<unknown> => Array.fromAsync(pieces)
    expect(await faultOf(rest)).toBe('SHARE_DELETED')
  })
})

it('keeps both checkpoints of an owner who contradicts what they published', async () => {
  await seed.send(share)
  const other = await SentShare.make('service', { chunkCount: 17 })
  const put = seed.shares.putCheckpoint(share.id, other.sealed({ seq: 12 }))
  expect(await faultOf(() => put)).toBe('CHECKPOINT_CONFLICT')
  await seed.reopen()
  const { evidence, accepted } = await seed.shares.get(share.id)
  expect(evidence?.length).toBe(392)
  expect(evidence?.subarray(0, 196)).toEqual(accepted?.bytes)
})

it('is one object for all who ask for it, also while it is created', async () => {
  const asked: Promise<Share | undefined>[] = []
  const files: StoreFiles = {
    ...nodeFiles,
    async rename(from, to) {
      await nodeFiles.rename(from, to)
      // Its file is there, and its row is not.
      asked.push(seed.shares.find(share.id))
      for (let i = 0; i < 20; i += 1) await seed.parts.catalog.hasRow(share.id)
    },
  }
  await seed.reopen({ files })
  await seed.shares.create(share.creation)
  const created = await seed.shares.get(share.id)
  expect(await Promise.all(asked)).toEqual([created])
  await seed.shares.putCheckpoint(share.id, share.sealed())
  expect((await asked[0])?.checkpoint?.seq).toBe(9)
  expect(seed.parts.catalog.shareCount).toBe(1)
})

it('reads any span, and cuts it where a hole is', async () => {
  await seed.shares.create(share.creation)
  await seed.shares.putCheckpoint(share.id, share.sealed())
  await seed.shares.putChunks(share.id, share.upload(0, 2))
  await seed.shares.putChunks(share.id, share.upload(4, 15))
  await seed.shares.putChunks(share.id, share.upload(16, 17))
  const spans = [
    [0, 0],
    [5, 10],
    [SEALED_CHUNK_BYTES_MAX - 1, SEALED_CHUNK_BYTES_MAX],
    [5 * SEALED_CHUNK_BYTES_MAX + 7, share.data.length - 9],
    [share.data.length - 1, share.data.length - 1],
  ] as const
  for (const [start, end] of spans) {
    const expected = share.data.subarray(start, end + 1)
    expect(Buffer.compare(await seed.read(share, start, end), expected)).toBe(0)
  }
  const cut = await seed.read(share, 10)
  expect(Buffer.compare(cut, share.data.subarray(10, 3 * SEALED_CHUNK_BYTES_MAX))).toBe(0)
  const hole = seed.read(share, 3 * SEALED_CHUNK_BYTES_MAX + 5)
  await expect(hole).rejects.toMatchObject({ code: 'CHUNK_MISSING', details: { chunk: 3 } })
})
