import { describe, expect, it } from 'vitest'
import { acceptCheckpoint, type Offer } from '../../protocol/accept.ts'
import type { Bytes } from '../../protocol/bytes.ts'
import { openChunk } from '../../protocol/chunk.ts'
import { checkStream } from '../../protocol/stream.ts'
import { faultOf, NOW_MS, resign } from '../protocol/owner.ts'
import { createSmallShare, served } from './small-share.ts'

const share = await createSmallShare('A04')
const { owner, accepted, chunks, index } = share
const [, second = new Uint8Array(), third = new Uint8Array()] = chunks
const open = (at: number, isFinal: boolean, chunk: Bytes): Promise<string> =>
  faultOf(() => openChunk(owner.keys, { shareId: owner.shareId, index: at, isFinal }, chunk))
const offered = (offer: Offer, held = accepted): Promise<string> =>
  faultOf(() => acceptCheckpoint(offer, held, NOW_MS))

describe('A04: a seed that cuts a share short', () => {
  it('cannot present a chunk as the final one', async () => {
    expect(await open(1, true, second)).toBe('CHUNK_FORGED')
    expect(await open(2, false, third)).toBe('CHUNK_FORGED')
    expect(await open(2, true, third)).toBe('none')
  })

  it('cannot cut a chunk', async () => {
    for (const length of [0, 27, 28, 29, third.length - 16, third.length - 1]) {
      expect(await served(share, 2, third.slice(0, length))).toBe('HASH_MISMATCH')
      expect(await open(2, true, third.slice(0, length))).toBe('CHUNK_FORGED')
    }
  })

  it('cannot make an older, open checkpoint look complete, and not go back to one', async () => {
    const old = share.offer(2, { seq: 2 })
    expect(acceptCheckpoint(old, undefined, NOW_MS).checkpoint.state).toBe('open')
    expect(await offered(old)).toBe('CHECKPOINT_STALE')
    expect(await offered(share.offer(0, { seq: 1 }))).toBe('CHECKPOINT_STALE')
  })

  it('cannot turn an open checkpoint into a sealed one', async () => {
    const { checkpoint } = share.offer(2)
    const sealed = checkpoint.slice()
    sealed[32] = 1
    const { extents } = share.offer(2)
    const forged = { ...share.offer(2), checkpoint: sealed, extents }
    expect(await faultOf(() => acceptCheckpoint(forged, undefined, NOW_MS))).toBe(
      'CHECKPOINT_INVALID',
    )
    const signed = { ...forged, checkpoint: resign(sealed, new Uint8Array(32).fill(9)) }
    expect(await faultOf(() => acceptCheckpoint(signed, undefined, NOW_MS))).toBe(
      'CHECKPOINT_INVALID',
    )
  })

  // Even with the owner's help: what is complete holds all bytes of the files in the index.
  it('cannot seal fewer bytes than the index promises', async () => {
    const sealed = { state: 'sealed', lastChunkBytes: 262_100 } as const
    const short = acceptCheckpoint(share.offer(2, sealed), undefined, NOW_MS)
    expect(await faultOf(() => checkStream(short.checkpoint, index))).toBe('CHECKPOINT_CONFLICT')
    expect(await faultOf(() => checkStream(accepted.checkpoint, index))).toBe('none')
  })
})
