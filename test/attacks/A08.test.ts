import { describe, expect, it } from 'vitest'
import { acceptCheckpoint } from '../../protocol/accept.ts'
import { publicKeyOf } from '../../protocol/crypto/ed25519.ts'
import { encodeGenesis, shareIdOf, type Genesis } from '../../protocol/genesis.ts'
import {
  createOwner,
  faultOf,
  fixedBytes,
  fixedHashes,
  NOW_MS,
  offerOf,
} from '../protocol/owner.ts'

const owner = await createOwner('A08')
const attackerSeed = fixedBytes('A08 attacker')
/** All that the link promises, under another key. */
const substituted: Genesis = { ...owner.genesis, ownerPublicKey: publicKeyOf(attackerSeed) }

describe('A08: a seed that puts another owner key in the place of the first', () => {
  it('gets another share id, whatever single field it changes', () => {
    const changes: Partial<Genesis>[] = [
      { ownerPublicKey: publicKeyOf(attackerSeed) },
      { salt: fixedBytes('x') },
      { keyCommit: fixedBytes('x') },
      { readHash: fixedBytes('x') },
      { replicas: 3 },
      { jurisdictions: 1 },
      { createdAtMs: NOW_MS + 1 },
      { denied: ['NZ'] },
      { peersForbidden: true },
      { relayOnly: true },
    ]
    const ids = changes.map((change) => shareIdOf(encodeGenesis({ ...owner.genesis, ...change })))
    expect(new Set([owner.shareId, ...ids]).size).toBe(changes.length + 1)
  })

  it('gets nothing accepted that the other key signed', async () => {
    const attacker = { ...owner, ownerSeed: attackerSeed, genesis: substituted }
    const offer = offerOf(attacker, fixedHashes(3))
    expect(offer.shareId).toBe(owner.shareId)
    expect(await faultOf(() => acceptCheckpoint(offer, undefined, NOW_MS))).toBe(
      'CHECKPOINT_INVALID',
    )
    const original = { ...offer, genesis: owner.genesis }
    expect(await faultOf(() => acceptCheckpoint(original, undefined, NOW_MS))).toBe(
      'CHECKPOINT_INVALID',
    )
  })
})
