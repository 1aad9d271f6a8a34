import { describe, expect, it } from 'vitest'
import { acceptFirst } from '../../../client/engine/receive/first-acceptance.ts'
import { concat, type Bytes } from '../../../protocol/bytes.ts'
import type { Offer } from '../../../protocol/accept.ts'
import type { Checkpoint } from '../../../protocol/checkpoint.ts'
import {
  createOwner,
  faultOf,
  fixedBytes,
  fixedHashes,
  NOW_MS,
  offerOf,
} from '../../protocol/owner.ts'

const owner = await createOwner('first')
const named = { indexBytes: 4124, indexHash: fixedBytes('index') }

function open(count: number, changes: Partial<Checkpoint> = {}): Offer {
  return offerOf(owner, fixedHashes(count), { seq: count, ...named, ...changes })
}

function sealed(count: number, changes: Partial<Checkpoint> = {}): Offer {
  return open(count, { state: 'sealed', lastChunkBytes: 77, ...changes })
}

/** As the first answer of a seed comes: chunk hashes of the first extent only. */
function bare(offer: Offer): Offer {
  const extents = offer.extents.map(({ hash, chunkHashes }, e) => ({
    hash,
    chunkHashes: e === 0 ? chunkHashes : undefined,
  }))
  return { ...offer, extents }
}

/** The same hashes up to the sixth chunk, and others from there. */
const other = (count: number): Bytes =>
  concat(fixedHashes(count).slice(0, 32 * 5), fixedHashes(count, 'other').slice(32 * 5))

const accept = (offer: Offer, seen: Offer | undefined): Promise<string> =>
  faultOf(async () => acceptFirst(offer, seen?.checkpoint, NOW_MS))

describe('acceptFirst', () => {
  it('takes what follows what was seen, whole extents or not', async () => {
    for (const count of [0, 1, 15, 16, 17, 31, 32]) {
      const seen =
        count === 0 ? open(0, { indexBytes: 0, indexHash: new Uint8Array(32) }) : open(count)
      expect(await accept(open(40), seen), `${count}`).toBe('none')
      expect(await accept(sealed(33), seen), `${count}`).toBe('none')
    }
  })

  it('asks for the chunk hashes that it needs to compare', async () => {
    const error = await Promise.resolve()
      .then(() => acceptFirst(bare(open(40)), open(20).checkpoint, NOW_MS))
      .catch((cause: unknown) => cause)
    expect(error).toMatchObject({ code: 'HASHES_MISSING', details: { n: 16 } })
    expect(await accept(bare(open(40)), open(32))).toBe('none')
  })

  it('refuses what is older, but for the same content', async () => {
    expect(await accept(open(16), open(32))).toBe('CHECKPOINT_STALE')
    expect(await accept(open(16), sealed(33))).toBe('CHECKPOINT_STALE')
    const newer = sealed(33, { seq: 50 })
    expect(await accept(sealed(33), newer)).toBe('none')
    expect(acceptFirst(sealed(33), newer.checkpoint, NOW_MS).checkpoint.seq).toBe(50)
  })

  it('finds out an owner who changed what was published', async () => {
    const changed = offerOf(owner, other(40), { seq: 99, ...named })
    expect(await accept(changed, open(32))).toBe('CHECKPOINT_CONFLICT')
    expect(await accept(changed, open(20))).toBe('CHECKPOINT_CONFLICT')
    expect(await accept(open(16, { seq: 99 }), open(32))).toBe('CHECKPOINT_CONFLICT')
    expect(await accept(sealed(20, { seq: 99 }), sealed(33))).toBe('CHECKPOINT_CONFLICT')
    expect(await accept(open(40, { indexHash: fixedBytes('another') }), open(32))).toBe(
      'CHECKPOINT_CONFLICT',
    )
  })

  it('blames the seed, not the owner, for a hash list that is not the signed one', async () => {
    const offer = open(40)
    const forged = { ...offer, extents: open(40, {}).extents.toReversed() }
    expect(await accept(forged, open(32))).toBe('CHECKPOINT_INVALID')
  })
})
