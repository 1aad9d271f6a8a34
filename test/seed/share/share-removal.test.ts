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
