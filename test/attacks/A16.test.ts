import { describe, expect, it } from 'vitest'
import { acceptCheckpoint, type Accepted, type Offer } from '../../protocol/accept.ts'
import { openCheckpoint } from '../../protocol/checkpoint.ts'
import { createOwner, faultOf, fixedHashes, NOW_MS, offerOf } from '../protocol/owner.ts'

const owner = await createOwner('A16')
const sealed = { state: 'sealed', lastChunkBytes: 5 } as const
const one = offerOf(owner, fixedHashes(20), { ...sealed, seq: 5 })
const two = offerOf(owner, fixedHashes(20, 'other'), { ...sealed, seq: 6 })
const accept = (offer: Offer, held?: Accepted): Accepted => acceptCheckpoint(offer, held, NOW_MS)
const refusal = (offer: Offer, held: Accepted): Promise<string> =>
  faultOf(() => accept(offer, held))

describe('A16: an owner who shows two sealed contents', () => {
  it('is refused the second, in whichever order they come', async () => {
    expect(await refusal(two, accept(one))).toBe('CHECKPOINT_CONFLICT')
    expect(await refusal(one, accept(two))).toBe('CHECKPOINT_CONFLICT')
  })

  it('is refused it whatever differs: chunks, count, length or index', async () => {
    const others: Offer[] = [
      offerOf(owner, fixedHashes(19), { ...sealed, seq: 6 }),
      offerOf(owner, fixedHashes(21), { ...sealed, seq: 6 }),
      offerOf(owner, fixedHashes(20), { ...sealed, seq: 6, lastChunkBytes: 6 }),
      offerOf(owner, fixedHashes(20), { ...sealed, seq: 6, indexBytes: 4125 }),
    ]
    for (const other of others) {
      expect(await refusal(other, accept(one))).toBe('CHECKPOINT_CONFLICT')
      expect(await refusal(one, accept(other))).toBe('CHECKPOINT_CONFLICT')
    }
  })

  it('is refused two hashes for one chunk while the share grows', async () => {
    const held = accept(offerOf(owner, fixedHashes(20), { seq: 1 }))
    const forked = offerOf(owner, fixedHashes(24, 'other'), { seq: 2 })
    expect(await refusal(forked, held)).toBe('CHECKPOINT_CONFLICT')
    expect(await refusal(two, held)).toBe('CHECKPOINT_CONFLICT')
  })

  // The two signatures convince everybody, so both checkpoints are kept as they came.
  it('has signed the evidence', () => {
    const key = owner.genesis.ownerPublicKey
    const [a, b] = [openCheckpoint(one.checkpoint, key), openCheckpoint(two.checkpoint, key)]
    expect([a.state, b.state]).toEqual(['sealed', 'sealed'])
    expect(a.shareId).toBe(b.shareId)
    expect(a.root).not.toEqual(b.root)
  })

  it('is accused on evidence only: an older or doubled checkpoint is none', async () => {
    const held = accept(one)
    expect(await refusal(offerOf(owner, fixedHashes(12), { seq: 4 }), held)).toBe(
      'CHECKPOINT_STALE',
    )
    const again = offerOf(owner, fixedHashes(20), { ...sealed, seq: 5, expiresAtMs: 1 })
    expect(await refusal(again, held)).toBe('CHECKPOINT_STALE')
  })
})
