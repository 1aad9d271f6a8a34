import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Share } from '../../../seed/catalog/share.ts'
import { PartReader } from '../../../seed/swarm/part-reader.ts'
import { SentShare } from '../sent-share.ts'
import { TestStore } from '../test-store.ts'

let seed: TestStore
beforeEach(async () => {
  seed = await TestStore.open()
})
afterEach(() => seed[Symbol.asyncDispose]())

describe('of the extent hashes of a share', () => {
  it('those that are asked for are shown, and no other is touched', async () => {
    const share = await held(await SentShare.make('long', { chunkCount: 34 }))
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

/** The share as the seed has it, whole. */
async function held(sent: SentShare): Promise<Share> {
  await seed.send(sent)
  return seed.shares.get(sent.id)
}
