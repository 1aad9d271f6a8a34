import { describe, expect, it } from 'vitest'
import { acceptCheckpoint } from '../../protocol/accept.ts'
import { openChunk } from '../../protocol/chunk.ts'
import { deriveContentKeys } from '../../protocol/key-schedule.ts'
import { openIndex } from '../../protocol/share-index.ts'
import { createOwner, faultOf, NOW_MS } from '../protocol/owner.ts'
import { createSmallShare, publish, served, servedIndex } from './small-share.ts'

const share = await createSmallShare('A03')
const other = await createSmallShare('B03')
/** A second share of the same owner, with the same link secret and the same salt: only the id differs. */
const twin = await publish(await createOwner('A03', { relayOnly: true }), share.index, share.plain)

describe('A03: a seed that splices from another share', () => {
  it('is caught by the signed hashes', async () => {
    for (const [i, chunk] of [...other.chunks, ...twin.chunks].entries()) {
      expect(await served(share, i % 3, chunk)).toBe('HASH_MISMATCH')
    }
    expect(await servedIndex(share, other.sealedIndex)).toBe('HASH_MISMATCH')
    expect(await servedIndex(share, twin.sealedIndex)).toBe('HASH_MISMATCH')
  })

  it('is caught by the share id in the sealed bytes, even under the same keys', async () => {
    const { keys, shareId } = share.owner
    expect(twin.owner.keys).toEqual(keys)
    const [chunk = new Uint8Array()] = twin.chunks
    const place = { shareId, index: 0, isFinal: false }
    expect(await faultOf(() => openChunk(keys, place, chunk))).toBe('CHUNK_FORGED')
    expect(await faultOf(() => openIndex(keys, shareId, twin.sealedIndex))).toBe('CHUNK_FORGED')
  })

  it('finds no two shares with the same keys, because each has a salt of its own', async () => {
    const { secret } = share.owner
    const keys = await deriveContentKeys(secret, new Uint8Array(32).fill(1), undefined)
    const [chunk = new Uint8Array()] = share.chunks
    const place = { shareId: share.owner.shareId, index: 0, isFinal: false }
    expect(await faultOf(() => openChunk(keys, place, chunk))).toBe('CHUNK_FORGED')
  })

  it('cannot pass off a checkpoint that the same owner signed for another share', async () => {
    const offer = { ...share.offer(1), checkpoint: twin.offer(1).checkpoint }
    const moved = { ...offer, extents: twin.offer(1).extents }
    expect(await faultOf(() => acceptCheckpoint(moved, undefined, NOW_MS))).toBe(
      'CHECKPOINT_INVALID',
    )
  })
})
