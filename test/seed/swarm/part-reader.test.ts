import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ShareId } from '../../../protocol/share-id.ts'
import type { Share } from '../../../seed/catalog/share.ts'
import { PartReader } from '../../../seed/swarm/part-reader.ts'
import { SentShare } from '../sent-share.ts'
import { TestStore } from '../test-store.ts'

const { index: INDEX } = await SentShare.make('any', { chunkCount: 0 })
const ASK = { type: 'ask', what: 'index', first: 1, count: 4 } as const
const SLICE = INDEX.slice(1, 5)

let seed: TestStore
beforeEach(async () => {
  seed = await TestStore.open()
})
afterEach(() => seed[Symbol.asyncDispose]())

describe('of the extent hashes of a share', () => {
  it('those that are asked for are shown, and no other is touched', async () => {
    const share = await held('long', 34)
    const { accepted } = share
    if (accepted === undefined) throw new Error('nothing accepted')
    const hashes = accepted.extents.map(({ hash }) => hash)
    const untouchable = {
      get hash(): never {
        throw new Error('touched')
      },
      chunkHashes: undefined,
    }
    const extents = accepted.extents.map((extent, e) => (e === 1 ? extent : untouchable))
    share.accepted = { ...accepted, extents }
    const parts = new PartReader(seed.shares)
    const answer = await parts.read(share, { type: 'ask', what: 'extents', first: 1, count: 1 })
    expect(answer).toEqual({ type: 'hashes', what: 'extents', first: 1, hashes: hashes[1] })
  })
})

describe('the indexes of shares', () => {
  it('are read one at a time, and once for all who wait', async () => {
    const shares = await threeShares()
    const reads = watchReads()
    const parts = new PartReader(seed.shares)
    const asked = [...shares, ...shares].map(async (share) => parts.read(share, ASK))
    const answers = await Promise.all(asked)
    expect(answers).toEqual(asked.map(() => ({ type: 'index', first: 1, bytes: SLICE })))
    expect(reads).toEqual({ ids: shares.map(({ id }) => id), nowMax: 1 })
  })

  it('are kept while there is memory for them, those used last', async () => {
    const [a, b, c] = await threeShares()
    const reads = watchReads()
    const parts = new PartReader(seed.shares, 2 * INDEX.length)
    for (const share of [a, b, a, c, a, b]) await parts.read(share, ASK)
    expect(reads.ids).toEqual([a.id, b.id, c.id, b.id])
  })

  it('are read again after one was not there, and do not keep others waiting', async () => {
    const [a, b] = await threeShares()
    const parts = new PartReader(seed.shares)
    await seed.parts.catalog.commit(a, { isIndexHeld: false })
    const [first, second] = await Promise.allSettled([a, b].map((share) => parts.read(share, ASK)))
    expect([first?.status, second?.status]).toEqual(['rejected', 'fulfilled'])
    await seed.parts.catalog.commit(a, { isIndexHeld: true })
    expect(await parts.read(a, ASK)).toEqual({ type: 'index', first: 1, bytes: SLICE })
  })
})

async function threeShares(): Promise<[Share, Share, Share]> {
  return [await held('a', 1), await held('b', 1), await held('c', 1)]
}

/** Which indexes are read from now on, and how many were at a time. */
function watchReads(): { readonly ids: ShareId[]; nowMax: number } {
  const seen = { ids: [] as ShareId[], nowMax: 0 }
  const read = seed.shares.getIndex.bind(seed.shares)
  let now = 0
  vi.spyOn(seed.shares, 'getIndex').mockImplementation(async (share) => {
    seen.ids.push(share.id)
    now += 1
    seen.nowMax = Math.max(seen.nowMax, now)
    return read(share).finally(() => (now -= 1))
  })
  return seen
}

/** The share as the seed has it, whole. */
async function held(name: string, chunkCount: number): Promise<Share> {
  const sent = await SentShare.make(name, { chunkCount })
  await seed.send(sent)
  return seed.shares.get(sent.id)
}
