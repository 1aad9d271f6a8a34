import { describe, expect, it } from 'vitest'
import { acceptCheckpoint, type Offer } from '../../protocol/accept.ts'
import { concat } from '../../protocol/bytes.ts'
import { openChunk, sealChunk } from '../../protocol/chunk.ts'
import { webEngine } from '../../protocol/crypto/engine.ts'
import { openContentKeys } from '../../protocol/key-schedule.ts'
import { faultOf, fixedBytes, NOW_MS, offerOf } from '../protocol/owner.ts'
import { createSmallShare, publish, served } from './small-share.ts'

const share = await createSmallShare('A12')
const { owner, plain, index } = share
/** All that a link gives: the content keys, and no signing key. */
const keys = await openContentKeys(owner.genesis, owner.secret, undefined)
const place = { shareId: owner.shareId, index: 0, isFinal: false }
const forgedPlain = new Uint8Array(262_100).fill(0x66)
const forged = await sealChunk(keys, place, forgedPlain)

describe('A12: a link holder who forges content together with a seed', () => {
  it('can seal bytes that open, which is why the seal alone is not believed', async () => {
    expect(await faultOf(() => openChunk(keys, place, forged))).toBe('none')
    expect(await served(share, 0, forged)).toBe('HASH_MISMATCH')
  })

  it('cannot publish them: whatever key of the link signs', async () => {
    const hash = await webEngine.sha256(forged)
    const secrets = [...Object.values(keys), concat(owner.secret, owner.secret), fixedBytes('own')]
    for (const ownerSeed of secrets) {
      const offer: Offer = offerOf({ ...owner, ownerSeed }, hash, { seq: 99 })
      expect(await faultOf(() => acceptCheckpoint(offer, undefined, NOW_MS))).toBe(
        'CHECKPOINT_INVALID',
      )
    }
  })

  it('cannot make others take a whole share of its own under this id', async () => {
    const own = await publish({ ...owner, ownerSeed: fixedBytes('own') }, index, [
      forgedPlain,
      ...plain.slice(1),
    ]).catch((error: unknown) => error)
    expect(own).toMatchObject({ code: 'CHECKPOINT_INVALID' })
  })
})
