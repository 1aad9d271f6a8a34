import { describe, expect, it } from 'vitest'
import { acceptCheckpoint } from '../../protocol/accept.ts'
import { formatHex } from '../../protocol/bytes.ts'
import { webEngine } from '../../protocol/crypto/engine.ts'
import { sealIndex, type ShareIndex } from '../../protocol/share-index.ts'
import { faultOf, flipped, NOW_MS } from '../protocol/owner.ts'
import { createSmallShare, servedIndex } from './small-share.ts'

const share = await createSmallShare('A07')
const { owner, accepted, index, sealedIndex } = share

describe('A07: a seed that edits names, sizes, types or folders', () => {
  it('is caught wherever it changes a bit', async () => {
    for (let bit = 0; bit < sealedIndex.length * 8; bit += 773) {
      expect(await servedIndex(share, flipped(sealedIndex, bit))).toBe('HASH_MISMATCH')
    }
  })

  it('sees none of them', () => {
    const seen = Buffer.from(sealedIndex).toString('latin1')
    for (const text of ['film', 'notes', 'path', 'size', 'video']) expect(seen).not.toContain(text)
    // Two entries and twenty look the same from outside: 4096 padded bytes and 28.
    expect(sealedIndex.length).toBe(4124)
  })

  // Somebody with the link has the key of the index, so the seal alone would not do.
  it('is caught even where it has the link and seals its own index', async () => {
    const edited: ShareIndex[] = [
      index.map((entry) => ({ ...entry, path: `evil/${entry.path}` })),
      index.toReversed(),
      index.map(({ path, size }) => ({ path, size, type: 'text/html' })),
      index.map(({ path }, i) => ({ path, size: i === 0 ? 560_000 : 0 })),
      [...index, { path: 'virus.exe', size: 0, executable: true }],
    ]
    for (const list of edited) {
      const sealed = await sealIndex(owner.keys, owner.shareId, list)
      expect(sealed.length).toBe(sealedIndex.length)
      expect(await servedIndex(share, sealed)).toBe('HASH_MISMATCH')
    }
  })

  it('gets no second index signed: the first one stays', async () => {
    const indexHash = await webEngine.sha256(flipped(sealedIndex, 5))
    expect(formatHex(indexHash)).not.toBe(formatHex(accepted.checkpoint.indexHash))
    const held = acceptCheckpoint(share.offer(1), undefined, NOW_MS)
    const other = share.offer(2, { seq: 5, indexHash })
    expect(await faultOf(() => acceptCheckpoint(other, held, NOW_MS))).toBe('CHECKPOINT_CONFLICT')
  })
})
