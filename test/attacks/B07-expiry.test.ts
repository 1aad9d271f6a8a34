import { afterEach, beforeEach, expect, it } from 'vitest'
import { publicKeyOf } from '../../protocol/crypto/ed25519.ts'
import { openRecordBy } from '../../protocol/record/record.ts'
import { faultOf, fixedBytes, NOW_MS } from '../protocol/owner.ts'
import { DAY_MS, SentShare } from '../seed/sent-share.ts'
import { SEED_SECRET, TestStore } from '../seed/test-store.ts'

const share = await SentShare.make('B07', { chunkCount: 2 })
const FOREVER_MS = Number.MAX_SAFE_INTEGER

let seed: TestStore
beforeEach(async () => {
  seed = await TestStore.open({ limits: { maxLifeMs: 30 * DAY_MS } })
})
afterEach(() => seed[Symbol.asyncDispose]())

it('B07: keeps a share that asks for eternity no longer than its own cap, and promises no more', async () => {
  await seed.send(share)
  await seed.shares.putCheckpoint(share.id, share.sealed({ seq: 10, expiresAtMs: FOREVER_MS }))
  const held = await seed.shares.get(share.id)
  const record = await seed.shares.getReceipt(held, fixedBytes('c', 16))
  const receipt = openRecordBy('receipt', record ?? new Uint8Array(0), publicKeyOf(SEED_SECRET))
  expect(receipt.keepUntilMs).toBe(NOW_MS + 30 * DAY_MS)
  seed.nowMs = NOW_MS + 30 * DAY_MS
  expect(await faultOf(() => seed.shares.checkServable(held))).toBe('SHARE_EXPIRED')
  expect(await seed.shares.getReceipt(held, fixedBytes('c', 16))).toBeUndefined()
})

it('B07: lets nobody renew a share beyond the cap', async () => {
  await seed.send(share)
  seed.nowMs = NOW_MS + 29 * DAY_MS
  const extended = share.sealed({ seq: 10, issuedAtMs: seed.nowMs, expiresAtMs: FOREVER_MS })
  await seed.shares.putCheckpoint(share.id, extended)
  seed.nowMs = NOW_MS + 31 * DAY_MS
  const read = (): Promise<unknown> => seed.read(share)
  expect(await faultOf(read)).toBe('SHARE_EXPIRED')
})

it('B07: unlinks the content of an expired share within a day, and keeps its record for 400', async () => {
  await seed.send(share)
  seed.nowMs = NOW_MS + 8 * DAY_MS
  await seed.maintenance.run()
  expect(await seed.parts.store.listExtents(share.id)).toEqual(new Set())
  expect(await seed.parts.store.getFile(share.id, 'index')).toBeUndefined()
  expect(seed.parts.catalog.storedBytes).toBe(0)
  seed.nowMs = NOW_MS + 406 * DAY_MS
  await seed.maintenance.run()
  const held = await seed.shares.get(share.id)
  expect(held.accepted?.bytes).toEqual(share.sealed().slice(0, 196))
  seed.nowMs = NOW_MS + 407 * DAY_MS
  await seed.maintenance.run()
  expect(await seed.shares.find(share.id)).toBeUndefined()
})

it('B07: serves a share again that is extended in time, without another upload', async () => {
  await seed.send(share)
  seed.nowMs = NOW_MS + 7 * DAY_MS + 3_600_000
  await seed.maintenance.run()
  expect(await faultOf(() => seed.read(share))).toBe('SHARE_EXPIRED')
  const expiresAtMs = NOW_MS + 20 * DAY_MS
  await seed.shares.putCheckpoint(share.id, share.sealed({ seq: 10, expiresAtMs }))
  expect(Buffer.compare(await seed.read(share), share.data)).toBe(0)
})
