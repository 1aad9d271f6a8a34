import { ed25519 } from '@noble/curves/ed25519.js'
import { describe, expect, it } from 'vitest'
import { acceptCheckpoint } from '../../protocol/accept.ts'
import { concat, parseHex, type Bytes } from '../../protocol/bytes.ts'
import { isPublicKey, isSigned } from '../../protocol/crypto/ed25519.ts'
import { decodeGenesis } from '../../protocol/genesis.ts'
import { raiseS, smallOrder } from '../protocol/crypto/odd-signatures.ts'
import { createOwner, faultOf, fixedHashes, NOW_MS, offerOf, patched } from '../protocol/owner.ts'

const owner = await createOwner('A20')
const OWNER_KEY_AT = 20
const hex = (text: string): Bytes => parseHex(text, 32) ?? new Uint8Array()

/** R is the identity and S is 0: where k times the key vanishes, a lax verifier says yes to every message. */
const universal = concat(smallOrder[0] ?? new Uint8Array(), new Uint8Array(32))

describe('A20: an owner key or signature that verifiers disagree on', () => {
  it('would be a signature of everything for a lax verifier', () => {
    const identity = smallOrder[0] ?? new Uint8Array()
    expect(ed25519.verify(universal, Uint8Array.of(1), identity, { zip215: true })).toBe(true)
  })

  it('is no owner key, so no share has one', async () => {
    for (const key of smallOrder) {
      expect(isPublicKey(key)).toBe(false)
      const genesis = patched(owner.genesisBytes, OWNER_KEY_AT, [...key])
      expect(await faultOf(() => decodeGenesis(genesis))).toBe('GENESIS_INVALID')
      for (let i = 0; i < 16; i += 1) expect(isSigned(universal, Uint8Array.of(i), key)).toBe(false)
    }
  })

  it('has no second encoding', () => {
    // y = p + 3 and y = 3 are the same point, and hash to different challenges.
    const canonical = hex(`03${'00'.repeat(31)}`)
    const alias = hex(`f0${'ff'.repeat(30)}7f`)
    const { Point } = ed25519
    expect(Point.fromBytes(alias, true).equals(Point.fromBytes(canonical, true))).toBe(true)
    expect([isPublicKey(canonical), isPublicKey(alias)]).toEqual([true, false])
  })

  it('is no second signature made from the first: S stays below the group order', async () => {
    const offer = offerOf(owner, fixedHashes(1))
    const raised = [...raiseS(offer.checkpoint.slice(-64))]
    const second = { ...offer, checkpoint: patched(offer.checkpoint, 132, raised) }
    expect(await faultOf(() => acceptCheckpoint(offer, undefined, NOW_MS))).toBe('none')
    expect(await faultOf(() => acceptCheckpoint(second, undefined, NOW_MS))).toBe(
      'CHECKPOINT_INVALID',
    )
  })
})
