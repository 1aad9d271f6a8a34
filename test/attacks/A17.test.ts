import { describe, expect, it } from 'vitest'
import { acceptCheckpoint, type Accepted, type Offer } from '../../protocol/accept.ts'
import {
  createOwner,
  deletionOf,
  faultOf,
  fixedBytes,
  fixedHashes,
  NOW_MS,
  offerOf,
} from '../protocol/owner.ts'

const owner = await createOwner('A17')
const thief = { ...owner, ownerSeed: fixedBytes('A17 thief') }
const sealed = { state: 'sealed', lastChunkBytes: 5 } as const
const accept = (offer: Offer, held?: Accepted): Accepted => acceptCheckpoint(offer, held, NOW_MS)
const refusal = (offer: Offer, held: Accepted): Promise<string> =>
  faultOf(() => accept(offer, held))
const states: Offer[] = [
  offerOf(owner, fixedHashes(0), { seq: 8 }),
  offerOf(owner, fixedHashes(20), { seq: 8 }),
  offerOf(owner, fixedHashes(20), { seq: 8, ...sealed }),
]

describe('A17: somebody without the owner key', () => {
  it.each([0, 1, 2])('deletes nothing and overwrites nothing, state %i', async (state) => {
    const held = accept(states[state] ?? deletionOf(owner, 1))
    for (const seq of [0, 8, 9]) {
      expect(await refusal(deletionOf(thief, seq), held)).toBe('CHECKPOINT_INVALID')
      const own = offerOf(thief, fixedHashes(20), { seq, ...sealed })
      expect(await refusal(own, held)).toBe('CHECKPOINT_INVALID')
    }
  })

  it('deletes nothing with the deletion of another share', async () => {
    const other = await createOwner('A17', { relayOnly: true })
    const held = accept(offerOf(owner, fixedHashes(20)))
    const { checkpoint } = deletionOf(other, 9)
    expect(await refusal({ ...deletionOf(owner, 9), checkpoint }, held)).toBe('CHECKPOINT_INVALID')
  })

  it('brings nothing back: every true checkpoint is refused after the deletion', async () => {
    const deleted = accept(deletionOf(owner, 1))
    for (const offer of states) expect(await refusal(offer, deleted)).toBe('SHARE_DELETED')
    const newer = offerOf(owner, fixedHashes(20), { seq: 99, ...sealed })
    expect(await refusal(newer, deleted)).toBe('SHARE_DELETED')
  })

  it('holds no deletion up: it counts whatever its seq, and however old it is', () => {
    for (const offer of states) {
      for (const seq of [0, 7, 8, 9]) {
        expect(accept(deletionOf(owner, seq, 0), accept(offer)).checkpoint.state).toBe('deleted')
      }
    }
  })
})
