import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concat, encodeUtf8, type Bytes } from '../../protocol/bytes.ts'
import {
  decodeGenesis,
  encodeGenesis,
  GENESIS_BYTES,
  shareIdOf,
  type Genesis,
} from '../../protocol/genesis.ts'
import { createOwner, faultOf, fixedBytes, flipped, patched } from './owner.ts'

const password = { kdfLogN: 17, passSalt: fixedBytes('passSalt', 16) }
const DENIED_AT = 164
const owner = await createOwner('genesis')
const bytes = owner.genesisBytes

const refusal = (changed: Bytes): Promise<string> => faultOf(() => decodeGenesis(changed))
const denied = (text: string): Bytes => patched(bytes, DENIED_AT, [...encodeUtf8(text)])

describe('a genesis', () => {
  it('takes 180 bytes and comes back as it was', async () => {
    expect(bytes.length).toBe(GENESIS_BYTES)
    expect(decodeGenesis(bytes)).toEqual(owner.genesis)
    const all = { ...password, peersForbidden: true, relayOnly: true, denied: ['DE', 'NZ', 'US'] }
    const full = await createOwner('genesis', all)
    expect(decodeGenesis(full.genesisBytes)).toEqual(full.genesis)
  })

  it('is refused cut at any length, and with a byte behind it', async () => {
    for (let length = 0; length < bytes.length; length += 1) {
      expect(await refusal(bytes.slice(0, length))).toBe('GENESIS_INVALID')
    }
    expect(await refusal(concat(bytes, Uint8Array.of(0)))).toBe('GENESIS_INVALID')
  })

  it('has another id with any one bit flipped, if it is one at all', async () => {
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = flipped(bytes, bit)
      if ((await refusal(changed)) === 'none') expect(shareIdOf(changed)).not.toBe(owner.shareId)
    }
    expect.hasAssertions()
  })

  it.each([
    ['magic', 0, [0x54]],
    ['suite 0', 4, [0]],
    ['suite 2', 4, [2]],
    ['a flag nobody knows', 5, [8]],
    ['a password flag without a password', 5, [1]],
    ['a KDF cost without a password', 6, [17]],
    ['another chunk size', 7, [19]],
    ['no replica', 8, [0]],
    ['nine replicas', 8, [9]],
    ['no jurisdiction', 9, [0]],
    ['more jurisdictions than replicas', 9, [3]],
    ['a reserved byte in use', 10, [1]],
    ['another reserved byte in use', 11, [1]],
    ['a time above 2^53 - 1', 12, [0, 0x20]],
    ['an owner key that is no point', 20, [2, ...Array.from({ length: 31 }, () => 0)]],
    ['a password salt without a password', 84, [1]],
  ])('is refused with %s', async (_what, offset, patch) => {
    expect(await refusal(patched(bytes, offset, patch))).toBe('GENESIS_INVALID')
  })

  it('asks for a KDF cost of 2^17 or 2^18, and for a salt, exactly with a password', async () => {
    const guarded = (await createOwner('genesis', password)).genesisBytes
    expect(await refusal(patched(guarded, 6, [18]))).toBe('none')
    for (const kdfLogN of [0, 16, 19, 255]) {
      expect(await refusal(patched(guarded, 6, [kdfLogN]))).toBe('GENESIS_INVALID')
    }
    expect(await refusal(patched(guarded, 5, [0]))).toBe('GENESIS_INVALID')
    const noSalt = Array.from({ length: 16 }, () => 0)
    expect(await refusal(patched(guarded, 84, noSalt))).toBe('GENESIS_INVALID')
  })

  it.each(['DE', 'DENZ', 'AABBCCDDEEFFGGHH'])('takes denied jurisdictions %j', async (text) => {
    expect(await refusal(denied(text))).toBe('none')
  })

  it.each([
    'D',
    'de',
    'NZDE',
    'DEDE',
    'D1',
    '\0\0DE',
    'DE\0\0NZ',
    'D\0E',
    'DEN',
    'DE\0\0\0\0\0\0\0\0\0\0\0\0\0N',
    'D\n',
    '\u00C4',
  ])('refuses denied jurisdictions %j', async (text) => {
    expect(await refusal(denied(text))).toBe('GENESIS_INVALID')
  })

  it('is never made invalid by ourselves', () => {
    const wrong: Partial<Genesis>[] = [
      { replicas: 9 },
      { jurisdictions: 3 },
      { kdfLogN: 17 },
      { passSalt: fixedBytes('passSalt', 16) },
      { denied: ['NZ', 'DE'] },
      { ownerPublicKey: new Uint8Array(32) },
    ]
    for (const change of wrong) {
      expect(() => encodeGenesis({ ...owner.genesis, ...change })).toThrow('bug')
    }
  })

  it.each([1, 2])('comes back from any valid policy, seed %i', (seed) => {
    const codes = fc.uniqueArray(fc.stringMatching(/^[A-Z]{2}$/), { maxLength: 8 })
    const policies = fc.record({
      replicas: fc.integer({ min: 1, max: 8 }),
      jurisdictions: fc.integer({ min: 1, max: 8 }),
      createdAtMs: fc.maxSafeNat(),
      peersForbidden: fc.boolean(),
      relayOnly: fc.boolean(),
      denied: codes.map((list) => list.toSorted()),
    })
    const property = fc.property(policies, (policy) => {
      const jurisdictions = Math.min(policy.jurisdictions, policy.replicas)
      const genesis = { ...owner.genesis, ...policy, jurisdictions }
      expect(decodeGenesis(encodeGenesis(genesis))).toEqual(genesis)
    })
    fc.assert(property, { seed, numRuns: 60 })
    expect.hasAssertions()
  })
})
