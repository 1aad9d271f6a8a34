import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { concat } from '../../protocol/bytes.ts'
import { faultOf, NOW_MS } from '../protocol/owner.ts'
import { bodyOf, SentShare } from '../seed/sent-share.ts'
import { TestStore } from '../seed/test-store.ts'

const share = await SentShare.make('E04', { chunkCount: 6 })
const HOUR_MS = 3_600_000

let seed: TestStore
beforeEach(async () => {
  seed = await TestStore.open()
  await seed.shares.create(share.creation)
})
afterEach(() => seed[Symbol.asyncDispose]())

it('E04: keeps no chunk that no checkpoint names, and names the first one that is wrong', async () => {
  await seed.shares.putCheckpoint(share.id, share.sealed())
  const { start, end } = share.upload(0, 3)
  const junk = new Uint8Array(randomBytes(262_128))
  const [a, b, , d] = share.chunks
  const body = bodyOf([a, b, junk, d].map((chunk) => chunk ?? junk))
  const put = seed.shares.putChunks(share.id, { start, end, body })
  await expect(put).rejects.toMatchObject({ code: 'HASH_MISMATCH', details: { chunk: 2 } })
  const { held } = await seed.shares.get(share.id)
  expect([0, 1, 2, 3].map((index) => held.has(index))).toEqual([true, true, false, false])
  const hole = seed.read(share, 2 * 262_128)
  await expect(hole).rejects.toMatchObject({ code: 'CHUNK_MISSING' })
})

it('E04: keeps no chunk in the place of another', async () => {
  await seed.shares.putCheckpoint(share.id, share.sealed())
  const { start, end } = share.upload(0, 1)
  const body = bodyOf(share.chunks.slice(0, 2).toReversed())
  const put = seed.shares.putChunks(share.id, { start, end, body })
  await expect(put).rejects.toMatchObject({ code: 'HASH_MISMATCH', details: { chunk: 0 } })
  expect(await seed.parts.store.listExtents(share.id)).toEqual(new Set())
})

it('E04: lets nobody squat a chunk with other bytes once it is held', async () => {
  await seed.send(share)
  const { start, end } = share.upload(2, 2)
  const body = bodyOf([new Uint8Array(262_128)])
  const put = (): Promise<unknown> => seed.shares.putChunks(share.id, { start, end, body })
  expect(await faultOf(put)).toBe('HASH_MISMATCH')
  expect(Buffer.compare(await seed.read(share), share.data)).toBe(0)
})

it('E04: keeps no index that no checkpoint names, nor a second one', async () => {
  const put = (index = share.index): Promise<unknown> => seed.shares.putIndex(share.id, index)
  expect(await faultOf(put)).toBe('HASHES_MISSING')
  await seed.shares.putCheckpoint(share.id, share.sealed())
  expect(await faultOf(() => put(concat(share.index, Uint8Array.of(0))))).toBe('HASH_MISMATCH')
  await put()
  expect(await faultOf(() => put(share.index.toReversed()))).toBe('HASH_MISMATCH')
  const held = await seed.shares.get(share.id)
  expect(Buffer.compare(await seed.shares.getIndex(held), share.index)).toBe(0)
})

it('E04: drops a share that never gets a checkpoint after an hour', async () => {
  seed.nowMs = NOW_MS + HOUR_MS - 1
  await seed.maintenance.run()
  expect(await seed.shares.find(share.id)).toBeDefined()
  seed.nowMs = NOW_MS + HOUR_MS
  await seed.maintenance.run()
  expect(await seed.shares.find(share.id)).toBeUndefined()
  expect(await Array.fromAsync(seed.parts.store.listShares())).toEqual([])
})

it('E04: takes no checkpoint that another signed, so nobody squats the hashes', async () => {
  const stranger = await SentShare.make('E04 stranger', { chunkCount: 6 })
  const put = (): Promise<unknown> => seed.shares.putCheckpoint(share.id, stranger.sealed())
  expect(await faultOf(put)).toBe('CHECKPOINT_INVALID')
})
