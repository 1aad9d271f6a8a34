import { describe, expect, it } from 'vitest'
import { acceptCheckpoint } from '../../protocol/accept.ts'
import { servableUntilMs } from '../../protocol/checkpoint.ts'
import { createOwner, faultOf, fixedHashes, NOW_MS, offerOf } from '../protocol/owner.ts'

const DAY_MS = 86_400_000
const owner = await createOwner('B07')
const sealed = { state: 'sealed', lastChunkBytes: 5 } as const

const ahead = (days: number): Promise<string> => {
  const offer = offerOf(owner, fixedHashes(1), { issuedAtMs: NOW_MS + days * DAY_MS })
  return faultOf(() => acceptCheckpoint(offer, undefined, NOW_MS))
}

describe('B07: a checkpoint that never expires', () => {
  it('counts for 366 days after its issue, whatever it says', () => {
    const endless = { ...sealed, expiresAtMs: Number.MAX_SAFE_INTEGER }
    const offer = offerOf(owner, fixedHashes(1), endless)
    const { checkpoint } = acceptCheckpoint(offer, undefined, NOW_MS)
    expect(servableUntilMs(checkpoint)).toBe(NOW_MS + 366 * DAY_MS)
  })

  it('is not issued in the future: two days of skew at most', async () => {
    expect(await ahead(2)).toBe('none')
    expect(await ahead(3)).toBe('CHECKPOINT_INVALID')
    expect(await ahead(3650)).toBe('CHECKPOINT_INVALID')
  })
})
