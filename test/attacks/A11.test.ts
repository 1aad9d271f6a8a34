import { describe, expect, it } from 'vitest'
import { acceptCheckpoint, type Offer } from '../../protocol/accept.ts'
import { concat } from '../../protocol/bytes.ts'
import { sealIndex } from '../../protocol/share-index.ts'
import { faultOf, fixedBytes, fixedHashes, NOW_MS, offerOf, resign } from '../protocol/owner.ts'
import { createSmallShare, served, servedIndex } from './small-share.ts'

const share = await createSmallShare('A11')
const { owner, index, chunks } = share
const forger = { ...owner, ownerSeed: fixedBytes('A11 forger') }
const offered = (offer: Offer): Promise<string> =>
  faultOf(() =>
    acceptCheckpoint(offer, acceptCheckpoint(share.offer(2), undefined, NOW_MS), NOW_MS),
  )

describe('A11: a seed that injects a file or a folder', () => {
  it('gets no chunk of its own published', async () => {
    const own = offerOf(forger, fixedHashes(3), { seq: 9 })
    expect(await offered(own)).toBe('CHECKPOINT_INVALID')
    const { checkpoint, extents } = share.offer(3, { seq: 9 })
    const resigned = { ...own, extents, checkpoint: resign(checkpoint, forger.ownerSeed) }
    expect(await offered(resigned)).toBe('CHECKPOINT_INVALID')
    expect(await offered({ ...resigned, checkpoint })).toBe('none')
  })

  it('gets no chunk of its own delivered under a true checkpoint', async () => {
    const [first = new Uint8Array()] = chunks
    expect(await served(share, 0, concat(first.slice(0, -1), Uint8Array.of(1)))).toBe(
      'HASH_MISMATCH',
    )
    expect(await served(share, 0, new Uint8Array(first.length))).toBe('HASH_MISMATCH')
    expect(await served(share, 3, first)).toBe('CHUNK_MISSING')
  })

  it('gets no list with one more file or folder delivered', async () => {
    for (const more of [
      { path: 'injected.exe', size: 0 },
      { path: 'injected/', size: 0 },
    ]) {
      const sealed = await sealIndex(owner.keys, owner.shareId, [...index, more])
      expect(await servedIndex(share, sealed)).toBe('HASH_MISMATCH')
    }
  })
})
