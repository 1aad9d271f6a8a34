import { describe, expect, it } from 'vitest'
import { acceptCheckpoint, chunkHashAt, type Offer } from '../../protocol/accept.ts'
import { concat } from '../../protocol/bytes.ts'
import { openChunk } from '../../protocol/chunk.ts'
import { checkStream } from '../../protocol/stream.ts'
import { faultOf, fixedHashes, NOW_MS, offerOf } from '../protocol/owner.ts'
import { createSmallShare, served } from './small-share.ts'

const share = await createSmallShare('A05')
const { owner, accepted, chunks, index } = share
const [first = new Uint8Array(), , third = new Uint8Array()] = chunks
const offered = (offer: Offer): Promise<string> =>
  faultOf(() => acceptCheckpoint(offer, accepted, NOW_MS))

describe('A05: a seed that makes a share longer', () => {
  it('has no place for a chunk behind the last one', async () => {
    for (const at of [3, 4, 15, 16]) {
      expect(chunkHashAt(accepted, at)).toBeUndefined()
      expect(await served(share, at, third)).toBe('CHUNK_MISSING')
    }
  })

  it('cannot repeat a chunk', async () => {
    expect(await served(share, 1, first)).toBe('HASH_MISMATCH')
    const place = { shareId: owner.shareId, index: 1, isFinal: false }
    expect(await faultOf(() => openChunk(owner.keys, place, first))).toBe('CHUNK_FORGED')
  })

  it('cannot append to a chunk', async () => {
    const longer = concat(third, new Uint8Array(1))
    expect(await served(share, 2, longer)).toBe('HASH_MISMATCH')
    const place = { shareId: owner.shareId, index: 2, isFinal: true }
    expect(await faultOf(() => openChunk(owner.keys, place, longer))).toBe('CHUNK_FORGED')
  })

  it('cannot extend what is sealed, not even with its owner', async () => {
    const [extent] = accepted.extents
    const more = concat(extent?.chunkHashes ?? new Uint8Array(), fixedHashes(1))
    const named = {
      indexBytes: accepted.checkpoint.indexBytes,
      indexHash: accepted.checkpoint.indexHash,
    }
    const sealed = { state: 'sealed', lastChunkBytes: 5, seq: 9, ...named } as const
    expect(await offered(offerOf(owner, more, sealed))).toBe('CHECKPOINT_CONFLICT')
    expect(await offered(offerOf(owner, more, { seq: 9, ...named }))).toBe('CHECKPOINT_CONFLICT')
    const longer = acceptCheckpoint(offerOf(owner, more, sealed), undefined, NOW_MS)
    expect(await faultOf(() => checkStream(longer.checkpoint, index))).toBe('CHECKPOINT_CONFLICT')
  })
})
