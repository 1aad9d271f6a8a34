import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { concat } from '../../protocol/bytes.ts'
import { signRecord } from '../../protocol/record/record.ts'
import { faultOf, fixedBytes, flipped, NOW_MS } from '../protocol/owner.ts'
import { DAY_MS, NETWORK_SECRET, SentShare } from '../seed/sent-share.ts'
import { refusalOf, TestSeed } from '../seed/test-seed.ts'
import { TestStore } from '../seed/test-store.ts'

const share = await SentShare.make('E01', { chunkCount: 4, maxChunks: 4 })
const larger = await SentShare.make('E01', { chunkCount: 5, maxChunks: 4 })

describe('E01: storage exhaustion, without leave', () => {
  let seed: TestStore
  beforeEach(async () => {
    seed = await TestStore.open()
  })
  afterEach(() => seed[Symbol.asyncDispose]())

  it('takes no share without a grant of this network, for this share, in time', async () => {
    const leave = { shareId: share.id, maxChunks: 4, notAfterMs: NOW_MS + DAY_MS }
    const other = await SentShare.make('E01 other', { chunkCount: 1 })
    const grants = [
      signRecord('grant', leave, fixedBytes('another network')),
      signRecord('grant', { ...leave, shareId: other.id }, NETWORK_SECRET),
      signRecord('grant', { ...leave, notAfterMs: NOW_MS - 1 }, NETWORK_SECRET),
      flipped(share.grant, 300),
      new Uint8Array(0),
    ]
    const { shares } = seed
    for (const grant of grants) {
      const fault = await faultOf(() => shares.create({ ...share.creation, grant }))
      expect(fault).toBe('GRANT_INVALID')
    }
    expect(seed.parts.catalog.shareCount).toBe(0)
  })

  it('takes no more chunks than the grant allows', async () => {
    await seed.shares.create(share.creation)
    const put = (): Promise<unknown> => seed.shares.putCheckpoint(share.id, larger.sealed())
    expect(await faultOf(put)).toBe('GRANT_INVALID')
    expect((await seed.shares.get(share.id)).accepted).toBeUndefined()
  })
})

describe('E01: storage exhaustion, beyond what there is', () => {
  it('takes no new share above the high-water mark, and finishes those it has', async () => {
    const capacityBytes = 8 * 262_128
    await using seed = await TestStore.open({ limits: { capacityBytes, highWaterShare: 0.35 } })
    const second = await SentShare.make('E01 second', { chunkCount: 2 })
    const third = await SentShare.make('E01 third', { chunkCount: 1 })
    await seed.shares.create(share.creation)
    await seed.shares.create(second.creation)
    await seed.shares.putCheckpoint(share.id, share.sealed())
    await seed.shares.putChunks(share.id, share.upload(0, 3))
    expect(await seed.parts.space.state()).toBe('full')
    expect(await faultOf(() => seed.shares.create(third.creation))).toBe('STORE_FULL')
    await seed.shares.putCheckpoint(second.id, second.sealed())
    expect(await seed.shares.putChunks(second.id, second.upload(0, 1))).toBe(2)
  })

  it('takes no bytes beyond its capacity, and keeps serving what it has', async () => {
    const limits = { capacityBytes: 5 * 262_128, highWaterShare: 1 }
    await using seed = await TestStore.open({ limits })
    const second = await SentShare.make('E01 second', { chunkCount: 3, maxChunks: 3 })
    await seed.shares.create(share.creation)
    await seed.shares.create(second.creation)
    await seed.shares.putCheckpoint(share.id, share.sealed())
    await seed.shares.putChunks(share.id, share.upload(0, 3))
    await seed.shares.putCheckpoint(second.id, second.sealed())
    const put = (): Promise<unknown> => seed.shares.putChunks(second.id, second.upload(0, 2))
    expect(await faultOf(put)).toBe('STORE_FULL')
    expect(Buffer.compare(await seed.read(share), share.data)).toBe(0)
  })

  it('takes no share that the disk has no room for beside its reserve', async () => {
    await using seed = await TestStore.open({ limits: { reserveBytes: Number.MAX_SAFE_INTEGER } })
    expect(await faultOf(() => seed.shares.create(share.creation))).toBe('STORE_FULL')
  })

  it('makes room with what is expired, and with nothing else', async () => {
    const limits = { capacityBytes: 9 * 262_128, highWaterShare: 0.6 }
    await using seed = await TestStore.open({ limits })
    const lasting = await SentShare.make('E01 lasting', { chunkCount: 4 })
    await seed.send(share)
    await seed.send(lasting)
    await seed.shares.putCheckpoint(
      lasting.id,
      lasting.sealed({ seq: 10, expiresAtMs: NOW_MS + 30 * DAY_MS }),
    )
    await seed.maintenance.run()
    expect((await seed.shares.get(share.id)).isComplete).toBe(true)
    seed.nowMs = NOW_MS + 7 * DAY_MS
    await seed.maintenance.run()
    expect((await seed.shares.get(share.id)).held.count).toBe(0)
    expect(Buffer.compare(await seed.read(lasting), lasting.data)).toBe(0)
    expect(await seed.parts.space.state()).toBe('open')
  })

  it('takes only so many bytes a day from one address', async () => {
    const limits = { uploadBytesPerAddressDay: 600_000 }
    await using seed = await TestSeed.start({ limits })
    await seed.create(share)
    await seed.putCheckpoint(share, share.sealed())
    expect((await seed.patch(share, 0, 1)).status).toBe(200)
    const more = await seed.patch(share, 2, 3)
    expect(await refusalOf(more)).toEqual([429, 'TOO_MANY_REQUESTS'])
    seed.nowMs += DAY_MS
    expect((await seed.patch(share, 2, 3)).status).toBe(200)
  })

  it('serves and takes only so much at once, and says when to come back', async () => {
    await using seed = await TestSeed.start({ limits: { uploads: 0, reads: 0 } })
    await seed.create(share)
    const answer = await seed.patch(share, 0, 0, concat(share.chunks[0] ?? new Uint8Array(0)))
    expect(answer.status).toBe(429)
    expect(answer.headers.get('retry-after')).toBe('1')
  })
})
