import { describe, expect, it } from 'vitest'
import { acceptCheckpoint } from '../../protocol/accept.ts'
import { openChunk } from '../../protocol/chunk.ts'
import { faultOf, flipped, NOW_MS } from '../protocol/owner.ts'
import { createSmallShare, served, servedIndex } from './small-share.ts'

const share = await createSmallShare('A01')
const { owner, accepted, chunks, sealedIndex } = share
const last = chunks.length - 1

describe('A01: a seed that flips a bit', () => {
  it('of a chunk is caught by the signed hash, before anything is decrypted', async () => {
    for (const [i, chunk] of chunks.entries()) {
      expect(await served(share, i, chunk)).toBe('none')
      for (const bit of [0, 95, 96, 4001, chunk.length * 8 - 1]) {
        expect(await served(share, i, flipped(chunk, bit))).toBe('HASH_MISMATCH')
      }
    }
  })

  it('of a chunk is caught by GCM as well, wherever the bit is', async () => {
    const chunk = chunks[last] ?? new Uint8Array()
    const place = { shareId: owner.shareId, index: last, isFinal: true }
    for (let bit = 0; bit < chunk.length * 8; bit += 9973) {
      const fault = await faultOf(() => openChunk(owner.keys, place, flipped(chunk, bit)))
      expect(fault).toBe('CHUNK_FORGED')
    }
  })

  it('of the index is caught by the signed hash', async () => {
    expect(await servedIndex(share, sealedIndex)).toBe('none')
    for (let bit = 0; bit < sealedIndex.length * 8; bit += 997) {
      expect(await servedIndex(share, flipped(sealedIndex, bit))).toBe('HASH_MISMATCH')
    }
  })

  it('of a hash or of the checkpoint is caught by the signature', async () => {
    const offer = share.offer(3, { state: 'sealed', lastChunkBytes: 5 })
    const [extent] = accepted.extents
    const hashes = extent?.chunkHashes ?? new Uint8Array()
    for (let bit = 0; bit < hashes.length * 8; bit += 101) {
      const extents = [{ hash: extent?.hash ?? hashes, chunkHashes: flipped(hashes, bit) }]
      const fault = await faultOf(() => acceptCheckpoint({ ...offer, extents }, undefined, NOW_MS))
      expect(fault).toBe('CHECKPOINT_INVALID')
    }
    for (let bit = 0; bit < offer.checkpoint.length * 8; bit += 41) {
      const changed = { ...offer, checkpoint: flipped(offer.checkpoint, bit) }
      const fault = await faultOf(() => acceptCheckpoint(changed, undefined, NOW_MS))
      expect(fault).toBe('CHECKPOINT_INVALID')
    }
  })
})
