import { describe, expect, it } from 'vitest'
import { acceptCheckpoint, type Accepted } from '../../protocol/accept.ts'
import { isEqual } from '../../protocol/bytes.ts'
import { nobleEngine, webEngine } from '../../protocol/crypto/engine.ts'
import { openPublishedChunk, openPublishedIndex } from '../../protocol/published.ts'
import { createSmallShare } from '../attacks/small-share.ts'
import { faultOf, NOW_MS } from './owner.ts'

const share = await createSmallShare('published')
const { owner, accepted, chunks, plain, index, sealedIndex } = share
const [first = new Uint8Array(), , last = new Uint8Array()] = chunks
const openLast = (under: Accepted): Promise<string> =>
  faultOf(() => openPublishedChunk(under, owner.keys, { index: 2, sealed: last }))

describe.each([
  ['web', webEngine],
  ['noble', nobleEngine],
])('what was published, by the %s engine', (_name, crypto) => {
  it('opens, chunk by chunk', async () => {
    for (const [i, sealed] of chunks.entries()) {
      const opened = await openPublishedChunk(accepted, owner.keys, { index: i, sealed }, crypto)
      expect(isEqual(opened, plain[i] ?? new Uint8Array())).toBe(true)
    }
  })

  it('has one index', async () => {
    const opened = await openPublishedIndex(accepted.checkpoint, owner.keys, sealedIndex, crypto)
    expect(opened).toEqual(index)
  })
})

describe('blame', () => {
  it('falls on whoever served other bytes, before anything is decrypted', async () => {
    const other = { index: 1, sealed: first }
    expect(await faultOf(() => openPublishedChunk(accepted, owner.keys, other))).toBe(
      'HASH_MISMATCH',
    )
    const wrongKey = { chunkKey: new Uint8Array(32) }
    expect(await faultOf(() => openPublishedChunk(accepted, wrongKey, other))).toBe('HASH_MISMATCH')
    const cut = sealedIndex.slice(0, -1)
    const open = openPublishedIndex(accepted.checkpoint, owner.keys, cut)
    expect(await faultOf(() => open)).toBe('HASH_MISMATCH')
  })

  it('falls on the owner for published bytes that do not open at their place', async () => {
    // Published as chunk 2 of a longer, open share: there it is not final.
    const open = acceptCheckpoint(share.offer(3), undefined, NOW_MS)
    expect(await openLast(open)).toBe('CHUNK_FORGED')
  })

  it('falls on nobody for the last chunk so far of an open share, which is not final', async () => {
    const open = acceptCheckpoint(share.offer(2), undefined, NOW_MS)
    const served = { index: 1, sealed: chunks[1] ?? new Uint8Array() }
    expect(await faultOf(() => openPublishedChunk(open, owner.keys, served))).toBe('none')
  })

  it('falls on the owner for a last chunk of another length than was published', async () => {
    const lied = { state: 'sealed', lastChunkBytes: last.length - 27 } as const
    expect(await openLast(acceptCheckpoint(share.offer(3, lied), undefined, NOW_MS))).toBe(
      'CHUNK_FORGED',
    )
    expect(await openLast(accepted)).toBe('none')
  })

  it('falls on nobody for a chunk whose hash is not known', async () => {
    const extents = accepted.extents.map(({ hash }) => ({ hash, chunkHashes: undefined }))
    expect(await openLast({ ...accepted, extents })).toBe('CHUNK_MISSING')
  })
})
