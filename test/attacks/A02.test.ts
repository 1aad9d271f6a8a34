import { describe, expect, it } from 'vitest'
import { acceptCheckpoint } from '../../protocol/accept.ts'
import { concat, type Bytes } from '../../protocol/bytes.ts'
import { openChunk } from '../../protocol/chunk.ts'
import { extentHashOf, HASH_BYTES } from '../../protocol/hash-list.ts'
import { createOwner, faultOf, fixedHashes, NOW_MS, offerOf } from '../protocol/owner.ts'
import { createSmallShare, served } from './small-share.ts'

const share = await createSmallShare('A02')
const { owner, chunks } = share
const [first = new Uint8Array(), second = new Uint8Array(), third = new Uint8Array()] = chunks

const open = (index: number, isFinal: boolean, chunk: Bytes): Promise<string> =>
  faultOf(() => openChunk(owner.keys, { shareId: owner.shareId, index, isFinal }, chunk))

describe('A02: a seed that swaps chunks', () => {
  it('is caught by the hash list', async () => {
    const swaps: [number, Bytes][] = [
      [0, second],
      [1, first],
      [0, third],
      [2, first],
    ]
    for (const [index, chunk] of swaps) {
      expect(await served(share, index, chunk)).toBe('HASH_MISMATCH')
    }
  })

  it('is caught by GCM even where the hash list is swapped with them', async () => {
    expect(await open(0, false, first)).toBe('none')
    expect(await open(1, false, first)).toBe('CHUNK_FORGED')
    expect(await open(0, false, second)).toBe('CHUNK_FORGED')
  })

  it('cannot reorder the hashes inside an extent, nor the extents', async () => {
    const tall = await createOwner('A02')
    const offer = offerOf(tall, fixedHashes(48))
    const [a, b, c] = offer.extents
    const swapped = concat(
      fixedHashes(16).slice(HASH_BYTES, 2 * HASH_BYTES),
      fixedHashes(1),
      fixedHashes(16).slice(2 * HASH_BYTES),
    )
    const lists = [
      [b, a, c],
      [a, a, c],
      [{ hash: extentHashOf(0, swapped), chunkHashes: swapped }, b, c],
      [{ hash: a?.hash ?? swapped, chunkHashes: swapped }, b, c],
      [{ hash: a?.hash ?? swapped, chunkHashes: b?.chunkHashes }, b, c],
    ].map((list) => list.filter((extent) => extent !== undefined))
    for (const extents of lists) {
      const fault = await faultOf(() => acceptCheckpoint({ ...offer, extents }, undefined, NOW_MS))
      expect(fault).toBe('CHECKPOINT_INVALID')
    }
  })

  it('cannot pass an extent off as another one: its number is in its hash', () => {
    expect(extentHashOf(1, fixedHashes(16))).not.toEqual(extentHashOf(0, fixedHashes(16)))
  })
})
