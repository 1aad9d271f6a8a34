import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { concat, type Bytes } from '../../protocol/bytes.ts'
import { SEALED_CHUNK_BYTES_MAX } from '../../protocol/limits.ts'
import { parseShareId, type ShareId } from '../../protocol/share-id.ts'
import type { ExtentPlace, ExtentStore } from '../../seed/store/extent-store.ts'
import { fixedBytes } from '../protocol/owner.ts'

/** A store under test, and the same one opened again from what it kept. */
export type StoreUnderTest = AsyncDisposable &
  Readonly<{ store: ExtentStore; reopen: () => Promise<ExtentStore> }>

const A = parseShareId('0a'.repeat(20))
const B = parseShareId('0a1b'.repeat(10))

/** What every ExtentStore promises. */
export function describeExtentStore(name: string, create: () => Promise<StoreUnderTest>): void {
  describe(`${name} as an extent store`, () => {
    let current: StoreUnderTest
    let store: ExtentStore
    beforeEach(async () => {
      current = await create()
      store = current.store
    })
    afterEach(() => current[Symbol.asyncDispose]())

    it('gives back a small file as it was put last, also when opened again', async () => {
      expect(await store.getFile(A, 'share')).toBeUndefined()
      await store.putFile(A, 'share', fixedBytes('one'))
      await store.putFile(A, 'share', fixedBytes('two', 20))
      await store.putFile(A, 'index', fixedBytes('index'))
      const reopened = await current.reopen()
      expect(await reopened.getFile(A, 'share')).toEqual(fixedBytes('two', 20))
      expect(await reopened.getFile(A, 'index')).toEqual(fixedBytes('index'))
      expect(await reopened.getFile(B, 'share')).toBeUndefined()
      expect(await reopened.hasFile(A, 'index')).toBe(true)
      expect(await reopened.hasFile(B, 'index')).toBe(false)
    })

    it('gives back an extent that was written in pieces, in any order', async () => {
      await store.putFile(A, 'share', fixedBytes('share'))
      const place = { shareId: A, extent: 3 }
      await write(store, place, SEALED_CHUNK_BYTES_MAX, fixedBytes('late'))
      await write(store, place, 0, fixedBytes('early'))
      const reopened = await current.reopen()
      expect(await read(reopened, place, 0, 32)).toEqual(fixedBytes('early'))
      expect(await read(reopened, place, SEALED_CHUNK_BYTES_MAX, 32)).toEqual(fixedBytes('late'))
    })

    it('keeps what stands around the bytes that are written', async () => {
      await store.putFile(A, 'share', fixedBytes('share'))
      const place = { shareId: A, extent: 0 }
      await write(store, place, 0, new Uint8Array(100).fill(1))
      await write(store, place, 10, new Uint8Array(10).fill(2))
      const expected = new Uint8Array(100).fill(1).fill(2, 10, 20)
      expect(await read(store, place, 0, 100)).toEqual(expected)
    })

    it('says how much there was to read where an extent ends', async () => {
      await store.putFile(A, 'share', fixedBytes('share'))
      const place = { shareId: A, extent: 0 }
      await write(store, place, 0, new Uint8Array(100).fill(1))
      expect(await read(store, place, 90, 64)).toEqual(new Uint8Array(10).fill(1))
      expect(await read(store, place, 100, 64)).toEqual(new Uint8Array(0))
      expect(await store.openReader({ shareId: A, extent: 1 })).toBeUndefined()
      expect(await store.openReader({ shareId: B, extent: 0 })).toBeUndefined()
    })

    it('takes the same bytes from several writers at once', async () => {
      await store.putFile(A, 'share', fixedBytes('share'))
      const place = { shareId: A, extent: 0 }
      const bytes = concat(...Array.from({ length: 2000 }, (_, i) => fixedBytes(`block ${i}`)))
      await Promise.all(Array.from({ length: 4 }, () => write(store, place, 0, bytes)))
      expect(await read(store, place, 0, bytes.length)).toEqual(bytes)
    })

    it('names another version once an extent was written to', async () => {
      await store.putFile(A, 'share', fixedBytes('share'))
      const place = { shareId: A, extent: 0 }
      await write(store, place, 0, fixedBytes('one'))
      const before = await versionOf(store, place)
      if (before !== undefined) expect(await versionOf(store, place)).toBe(before)
      await write(store, place, 0, fixedBytes('two'))
      if (before !== undefined) expect(await versionOf(store, place)).not.toBe(before)
      expect(await read(store, place, 0, 32)).toEqual(fixedBytes('two'))
    })

    it('deletes the content of a share and keeps its share file', async () => {
      await fill(store, A)
      await fill(store, B)
      await store.deleteContent(A)
      await store.deleteContent(A)
      const reopened = await current.reopen()
      expect(await reopened.getFile(A, 'share')).toEqual(fixedBytes('share'))
      expect(await reopened.getFile(A, 'index')).toBeUndefined()
      expect(await reopened.openReader({ shareId: A, extent: 0 })).toBeUndefined()
      expect(await reopened.listExtents(A)).toEqual(new Set())
      expect(await reopened.listExtents(B)).toEqual(new Set([0, 7]))
    })

    it('deletes everything of a share, and nothing of another', async () => {
      await fill(store, A)
      await fill(store, B)
      await store.deleteShare(A)
      await store.deleteShare(A)
      const reopened = await current.reopen()
      expect(await reopened.getFile(A, 'share')).toBeUndefined()
      expect(await idsOf(reopened)).toEqual([B])
      expect(await reopened.getFile(B, 'index')).toEqual(fixedBytes('index'))
      await fill(reopened, A)
      expect((await idsOf(reopened)).toSorted()).toEqual([A, B].toSorted())
    })

    it('lists each share once, and says since when it is there', async () => {
      const startMs = Date.now()
      await fill(store, A)
      await fill(store, B)
      expect((await idsOf(store)).toSorted()).toEqual([A, B].toSorted())
      // Clocks of file systems tick in steps.
      expect(await store.sinceMs(A)).toBeGreaterThan(startMs - 5000)
      expect(await store.sinceMs(A)).toBeLessThan(Date.now() + 5000)
    })

    it('knows its space', async () => {
      const { freeBytes, totalBytes } = await store.getSpace()
      expect(freeBytes).toBeGreaterThan(0)
      expect(totalBytes).toBeGreaterThanOrEqual(freeBytes)
    })
  })
}

async function fill(store: ExtentStore, shareId: ShareId): Promise<void> {
  await store.putFile(shareId, 'share', fixedBytes('share'))
  await store.putFile(shareId, 'index', fixedBytes('index'))
  await write(store, { shareId, extent: 0 }, 0, fixedBytes('zero'))
  await write(store, { shareId, extent: 7 }, 0, fixedBytes('seven'))
}

async function write(
  store: ExtentStore,
  place: ExtentPlace,
  offset: number,
  bytes: Bytes,
): Promise<void> {
  await using writer = await store.openWriter(place)
  await writer.write(offset, bytes)
  await writer.commit()
}

async function read(
  store: ExtentStore,
  place: ExtentPlace,
  offset: number,
  length: number,
): Promise<Bytes | undefined> {
  await using reader = await store.openReader(place)
  const into = new Uint8Array(length)
  const filled = await reader?.read(offset, into)
  return filled === undefined ? undefined : into.slice(0, filled)
}

async function versionOf(store: ExtentStore, place: ExtentPlace): Promise<string | undefined> {
  await using reader = await store.openReader(place)
  return reader?.version
}

async function idsOf(store: ExtentStore): Promise<ShareId[]> {
  return Array.fromAsync(store.listShares())
}
