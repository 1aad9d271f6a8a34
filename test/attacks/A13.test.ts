import { describe, expect, it } from 'vitest'
import { concat, encodeUtf8, type Bytes } from '../../protocol/bytes.ts'
import { openChunk, type ChunkPlace } from '../../protocol/chunk.ts'
import { deriveContentKeys, openContentKeys } from '../../protocol/key-schedule.ts'
import { shareIdBytes } from '../../protocol/share-id.ts'
import { createOwner, faultOf, fixedBytes } from '../protocol/owner.ts'
import { collide } from './gcm-collision.ts'

const owner = await createOwner('A13')
const { genesis, shareId, secret } = owner
/** What somebody else was given as the link of the same share. */
const otherSecret = fixedBytes('A13 other', 16)
const otherKeys = await deriveContentKeys(otherSecret, genesis.salt, undefined)
const place: ChunkPlace = { shareId, index: 0, isFinal: true }
const aad = concat(
  encodeUtf8('skerry/1 chunk\0'),
  shareIdBytes(shareId),
  Uint8Array.of(0, 0, 0, 0, 1),
)

/** One sealed chunk that opens under both keys, to different bytes: AES-GCM does not prevent it. */
function sealForBoth(): Bytes {
  const keys: [Bytes, Bytes] = [owner.keys.chunkKey, otherKeys.chunkKey]
  return collide(keys, fixedBytes('A13 nonce', 12), aad)
}

describe('A13: a sender who makes one share of two contents', () => {
  it('can make a sealed chunk that opens under two keys', async () => {
    const sealed = sealForBoth()
    const one = await openChunk(owner.keys, place, sealed)
    const two = await openChunk(otherKeys, place, sealed)
    expect(one).not.toEqual(two)
  })

  it('cannot make anybody use the second key: the genesis commits to one', async () => {
    expect(await faultOf(() => openContentKeys(genesis, otherSecret, undefined))).toBe(
      'LINK_INVALID',
    )
    expect(await openContentKeys(genesis, secret, undefined)).toEqual(owner.keys)
  })

  it('finds no oracle: a wrong password ends before anything is decrypted', async () => {
    // What it commits to is of no matter: any other password gives another commitment.
    const parameters = { kdfLogN: 17, passSalt: fixedBytes('A13', 16) }
    const guarded = await createOwner('A13', parameters)
    const wrong = openContentKeys(guarded.genesis, guarded.secret, 'wrong')
    await expect(wrong).rejects.toMatchObject({
      code: 'PASSWORD_WRONG',
      message: 'This password does not open the share.',
      details: {},
    })
  })
})
