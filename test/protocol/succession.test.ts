import { describe, expect, it } from 'vitest'
import { acceptCheckpoint, hashesFrom, type Accepted, type Offer } from '../../protocol/accept.ts'
import {
  createOwner,
  deletionOf,
  faultOf,
  fixedBytes,
  fixedHashes,
  NOW_MS,
  offerOf,
} from './owner.ts'

const sealed = { state: 'sealed', lastChunkBytes: 5 } as const

const owner = await createOwner('accept')

const accept = (offer: Offer, held?: Accepted): Accepted => acceptCheckpoint(offer, held, NOW_MS)
const refusal = (offer: Offer, held?: Accepted): Promise<string> =>
  faultOf(() => accept(offer, held))
const deletion = (seq: number, issuedAtMs = NOW_MS): Offer => deletionOf(owner, seq, issuedAtMs)
/** Checkpoint `seq` over the first `count` of the fixed chunk hashes. */
const open = (seq: number, count: number, changes = {}): Offer =>
  offerOf(owner, fixedHashes(count), { seq, ...changes })
const withoutChunkHashes = (offer: Offer): Offer => ({
  ...offer,
  extents: offer.extents.map(({ hash }) => ({ hash, chunkHashes: undefined })),
})

describe('the next checkpoint', () => {
  it('may add chunks, also inside the last extent', () => {
    const held = accept(open(1, 5))
    const next = accept(open(2, 20), held)
    expect(hashesFrom(next, 0)).toEqual(fixedHashes(20))
    expect(accept(open(3, 20), next).checkpoint.seq).toBe(3)
  })

  it('may seal the share with a partial last extent', () => {
    const held = accept(open(1, 20))
    expect(accept(open(2, 25, sealed), held).checkpoint.state).toBe('sealed')
    expect(accept(open(2, 21, sealed), held).checkpoint.chunkCount).toBe(21)
    expect(accept(open(2, 48, { ...sealed, lastChunkBytes: 262_100 }), held).extents).toHaveLength(
      3,
    )
  })

  it('may follow an empty one with whatever index', () => {
    const held = accept(open(1, 0))
    expect(accept(open(2, 1), held).checkpoint.indexBytes).toBe(4124)
  })

  it('is returned as it is held when the same bytes come again', () => {
    for (const offer of [open(1, 20), open(4, 3, sealed), deletion(5)]) {
      const held = accept(offer)
      expect(acceptCheckpoint({ ...offer, extents: [] }, held, 0)).toBe(held)
    }
  })

  it('is stale with a lower seq, and the answer names the one held', async () => {
    const held = accept(open(9, 20))
    expect(await refusal(open(8, 20), held)).toBe('CHECKPOINT_STALE')
    expect(await refusal(open(8, 3), held)).toBe('CHECKPOINT_STALE')
    expect(await refusal(open(8, 0), held)).toBe('CHECKPOINT_STALE')
    expect(() => accept(open(8, 20), held)).toThrow(
      expect.objectContaining({ details: { seq: 9 } }),
    )
  })

  it('is refused with the same seq and other bytes, which is no evidence by itself', async () => {
    const held = accept(open(9, 20))
    expect(await refusal(open(9, 20, { expiresAtMs: 5 }), held)).toBe('CHECKPOINT_STALE')
    expect(await refusal(open(9, 21), held)).toBe('CHECKPOINT_STALE')
  })

  it.each([8, 9, 10])(
    'accuses the sender of two hashes for one chunk, seq %i after 9',
    async (seq) => {
      const held = accept(open(9, 20))
      for (const changedAt of [0, 15, 16, 19]) {
        const hashes = fixedHashes(24)
        hashes[changedAt * 32] = (hashes[changedAt * 32] ?? 0) ^ 1
        const offer = offerOf(owner, hashes, { seq })
        expect(await refusal(offer, held)).toBe('CHECKPOINT_CONFLICT')
        // Shorter lists contradict as well as longer ones.
        expect(await refusal(open(9, 20), accept(offer))).toBe('CHECKPOINT_CONFLICT')
      }
      const beyond = fixedHashes(24)
      beyond[20 * 32] = (beyond[20 * 32] ?? 0) ^ 1
      expect(await refusal(offerOf(owner, beyond, { seq: 10 }), held)).toBe('none')
    },
  )

  it('accuses the sender of two indexes', async () => {
    const held = accept(open(1, 4))
    expect(await refusal(open(2, 5, { indexHash: fixedBytes('other') }), held)).toBe(
      'CHECKPOINT_CONFLICT',
    )
    expect(await refusal(open(2, 5, { indexBytes: 4125 }), held)).toBe('CHECKPOINT_CONFLICT')
    expect(await refusal(open(2, 5, { indexBytes: 4125, ...sealed }), held)).toBe(
      'CHECKPOINT_CONFLICT',
    )
  })

  it('accuses the sender of taking back chunks', async () => {
    const held = accept(open(1, 20))
    expect(await refusal(open(2, 19), held)).toBe('CHECKPOINT_CONFLICT')
    expect(await refusal(open(2, 16), held)).toBe('CHECKPOINT_CONFLICT')
    expect(await refusal(open(2, 0), held)).toBe('CHECKPOINT_CONFLICT')
    expect(await refusal(open(2, 19, sealed), held)).toBe('CHECKPOINT_CONFLICT')
  })

  it('accuses nobody where the hashes to compare with are not loaded', async () => {
    const held = accept(withoutChunkHashes(open(1, 20)))
    const next = open(2, 25)
    expect(await refusal(next, held)).toBe('none')
    expect(await refusal(withoutChunkHashes(next), held)).toBe('HASHES_MISSING')
    expect(() => accept(withoutChunkHashes(next), held)).toThrow(
      expect.objectContaining({ details: { n: 16 } }),
    )
    // Whole extents can be compared without.
    const other = offerOf(owner, fixedHashes(33, 'other'), { seq: 2 })
    expect(await refusal(withoutChunkHashes(other), accept(open(1, 32)))).toBe(
      'CHECKPOINT_CONFLICT',
    )
    expect(await refusal(withoutChunkHashes(open(2, 33)), accept(open(1, 32)))).toBe('none')
  })
})

describe('a sealed share', () => {
  it('may only be extended or deleted', async () => {
    const held = accept(open(5, 20, sealed))
    const extended = open(6, 20, { ...sealed, issuedAtMs: NOW_MS + 1, expiresAtMs: 1 })
    expect(accept(extended, held).checkpoint.expiresAtMs).toBe(1)
    expect(await refusal(deletion(1), held)).toBe('none')
  })

  it.each([4, 5, 6])('has one content, seq %i after 5', async (seq) => {
    const held = accept(open(5, 20, sealed))
    const others: Offer[] = [
      open(seq, 21, sealed),
      open(seq, 19, sealed),
      open(seq, 20, { ...sealed, lastChunkBytes: 6 }),
      open(seq, 20, { ...sealed, indexHash: fixedBytes('other') }),
      offerOf(owner, fixedHashes(20, 'other'), { seq, ...sealed }),
    ]
    for (const offer of others) expect(await refusal(offer, held)).toBe('CHECKPOINT_CONFLICT')
  })

  it('does not open again', async () => {
    const held = accept(open(5, 20, sealed))
    for (const count of [0, 19, 20, 21]) {
      expect(await refusal(open(6, count), held)).toBe('CHECKPOINT_CONFLICT')
    }
    expect(await refusal(open(4, 19), held)).toBe('CHECKPOINT_STALE')
  })

  // No chunk of an open share is final, so the final one cannot have been published in it.
  it('ends with a chunk that was not published before', async () => {
    const held = accept(open(5, 20))
    expect(await refusal(open(6, 20, sealed), held)).toBe('CHECKPOINT_CONFLICT')
    expect(await refusal(open(4, 20), accept(open(5, 20, sealed)))).toBe('CHECKPOINT_CONFLICT')
  })
})
