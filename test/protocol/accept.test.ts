import { describe, expect, it } from 'vitest'
import {
  acceptCheckpoint,
  chunkHashAt,
  decodeCheckpointMessage,
  encodeCheckpointMessage,
  extendHashList,
  hashesFrom,
  type Accepted,
  type Offer,
} from '../../protocol/accept.ts'
import { concat, type Bytes } from '../../protocol/bytes.ts'
import { deletedCheckpoint, signCheckpoint } from '../../protocol/checkpoint.ts'
import { rootOf } from '../../protocol/hash-list.ts'
import {
  createOwner,
  deletionOf,
  extentsOf,
  faultOf,
  fixedBytes,
  fixedHashes,
  NOW_MS,
  offerOf,
} from './owner.ts'

const DAY_MS = 86_400_000
const sealed = { state: 'sealed', lastChunkBytes: 5 } as const

const owner = await createOwner('accept')

const accept = (offer: Offer, held?: Accepted): Accepted => acceptCheckpoint(offer, held, NOW_MS)
const refusal = (offer: Offer, held?: Accepted): Promise<string> =>
  faultOf(() => accept(offer, held))
const deletion = (seq: number, issuedAtMs = NOW_MS): Offer => deletionOf(owner, seq, issuedAtMs)
/** Checkpoint `seq` over the first `count` of the fixed chunk hashes. */
const open = (seq: number, count: number, changes = {}): Offer =>
  offerOf(owner, fixedHashes(count), { seq, ...changes })
const withoutChunkHashes = (offer: Offer): Offer => ({
  ...offer,
  extents: offer.extents.map(({ hash }) => ({ hash, chunkHashes: undefined })),
})

describe('a first checkpoint', () => {
  it.each([0, 1, 15, 16, 17, 33])('is accepted with %i chunks', (count) => {
    const accepted = accept(open(1, count))
    expect(accepted.checkpoint.chunkCount).toBe(count)
    expect(hashesFrom(accepted, 0)).toEqual(fixedHashes(count))
  })

  it('is accepted sealed or deleted, whatever its seq', () => {
    expect(accept(open(0, 17, sealed)).checkpoint.state).toBe('sealed')
    expect(accept(deletion(0)).checkpoint.state).toBe('deleted')
    expect(accept(deletion(7)).extents).toEqual([])
  })

  it('is accepted by whoever knows the hashes of the extents only', () => {
    const accepted = accept(withoutChunkHashes(open(1, 17)))
    expect(chunkHashAt(accepted, 3)).toBeUndefined()
  })

  it('is refused under a genesis that does not hash to the id', async () => {
    const other = await createOwner('accept', { relayOnly: true })
    expect(await refusal({ ...open(1, 1), genesis: other.genesis })).toBe('CHECKPOINT_INVALID')
    expect(await refusal({ ...open(1, 1), shareId: other.shareId })).toBe('CHECKPOINT_INVALID')
    // The same owner, who signed for one share only.
    const moved = { ...open(1, 1), genesis: other.genesis, shareId: other.shareId }
    expect(await refusal(moved)).toBe('CHECKPOINT_INVALID')
  })

  it('is refused if another key signed it', async () => {
    const forger = { ...owner, ownerSeed: fixedBytes('forger') }
    expect(await refusal(offerOf(forger, fixedHashes(1)))).toBe('CHECKPOINT_INVALID')
  })

  it('is refused with any other hash list than the signed one', async () => {
    const offer = open(1, 33)
    const lists = [
      extentsOf(fixedHashes(33, 'other')),
      extentsOf(fixedHashes(32)),
      extentsOf(fixedHashes(34)),
      extentsOf(fixedHashes(49)),
      [],
      offer.extents.toReversed(),
    ]
    for (const extents of lists) {
      expect(await refusal({ ...offer, extents })).toBe('CHECKPOINT_INVALID')
    }
  })

  it('is refused with chunk hashes that are not those of their extent', async () => {
    const offer = open(1, 17)
    const others = extentsOf(fixedHashes(17, 'other'))
    const extents = offer.extents.map(({ hash }, e) => ({
      hash,
      chunkHashes: others[e]?.chunkHashes,
    }))
    expect(await refusal({ ...offer, extents })).toBe('CHECKPOINT_INVALID')
  })

  it('is refused if its owner signed a root over fewer extents than it has chunks', async () => {
    const extents = extentsOf(fixedHashes(16))
    const root = rootOf(
      33,
      extents.map(({ hash }) => hash),
    )
    expect(await refusal({ ...open(1, 33, { root }), extents })).toBe('CHECKPOINT_INVALID')
  })

  it('is refused if its owner signed an extent with fewer hashes than it has chunks', async () => {
    const extents = extentsOf(fixedHashes(20))
    const root = rootOf(
      25,
      extents.map(({ hash }) => hash),
    )
    const offer = { ...open(2, 25, { root }), extents }
    expect(await refusal(offer)).toBe('CHECKPOINT_INVALID')
    const held = accept(open(1, 20))
    expect(await refusal({ ...offer, extents: held.extents }, held)).toBe('CHECKPOINT_INVALID')
  })

  it('is refused if it was issued more than 2 days ahead, and not a moment less', async () => {
    const ahead = (ms: number): Offer => open(1, 1, { issuedAtMs: NOW_MS + 2 * DAY_MS + ms })
    expect(await refusal(ahead(0))).toBe('none')
    expect(await refusal(ahead(1))).toBe('CHECKPOINT_INVALID')
    expect(await refusal(deletion(1, NOW_MS + 2 * DAY_MS + 1))).toBe('CHECKPOINT_INVALID')
  })

  it('is accepted however old: what it is still worth is for the clock of each node', async () => {
    expect(await refusal(open(1, 1, { issuedAtMs: 0, expiresAtMs: 1 }))).toBe('none')
  })
})

describe('a deleted share', () => {
  it('is deleted by a checkpoint of any seq, over whatever is held', () => {
    for (const held of [open(9, 0), open(9, 20), open(9, 20, sealed)]) {
      for (const seq of [0, 9, 10]) {
        expect(accept(deletion(seq), accept(held)).checkpoint.state).toBe('deleted')
      }
    }
  })

  it('is followed by nothing', async () => {
    const held = accept(deletion(3))
    for (const offer of [open(4, 0), open(4, 20), open(9, 20, sealed)]) {
      expect(await refusal(offer, held)).toBe('SHARE_DELETED')
    }
  })

  it('stays deleted by the first deletion when another comes', () => {
    const held = accept(deletion(3))
    expect(accept(deletion(4, NOW_MS + 1), held)).toBe(held)
    expect(accept(deletion(2), held)).toBe(held)
  })

  it('has no chunk and no hash', () => {
    const held = accept(deletion(3), accept(open(1, 20)))
    expect(chunkHashAt(held, 0)).toBeUndefined()
    expect(hashesFrom(held, 0)).toEqual(new Uint8Array(0))
  })

  it('needs the signature of its owner, and the id', async () => {
    const checkpoint = deletedCheckpoint(owner.shareId, 9, NOW_MS)
    const forged = signCheckpoint(checkpoint, fixedBytes('forger'))
    const held = accept(open(1, 1))
    expect(await refusal({ ...deletion(9), checkpoint: forged }, held)).toBe('CHECKPOINT_INVALID')
    const other = await createOwner('accept', { relayOnly: true })
    const elsewhere = signCheckpoint(deletedCheckpoint(other.shareId, 9, NOW_MS), owner.ownerSeed)
    expect(await refusal({ ...deletion(9), checkpoint: elsewhere }, held)).toBe(
      'CHECKPOINT_INVALID',
    )
  })
})

const listOf = (hashes: Bytes, first: number, held?: Accepted): Bytes[] =>
  extendHashList(held, { checkpoint: open(1, 1).checkpoint, first, hashes }).map(({ hash }) => hash)
const extentHashesOf = (count: number): Bytes[] =>
  extentsOf(fixedHashes(count)).map(({ hash }) => hash)

describe('a checkpoint message', () => {
  it('comes back as it was sent', () => {
    const message = { checkpoint: open(1, 20).checkpoint, first: 16, hashes: fixedHashes(4) }
    expect(decodeCheckpointMessage(encodeCheckpointMessage(message))).toEqual(message)
    const alone = { checkpoint: deletion(1).checkpoint, first: 0, hashes: fixedHashes(0) }
    expect(decodeCheckpointMessage(encodeCheckpointMessage(alone))).toEqual(alone)
  })

  it('is refused cut at any length that ends inside a hash, or that starts inside an extent', async () => {
    const bytes = encodeCheckpointMessage({
      checkpoint: open(1, 2).checkpoint,
      first: 16,
      hashes: fixedHashes(2),
    })
    for (let length = 0; length < bytes.length; length += 1) {
      const fault = await faultOf(() => decodeCheckpointMessage(bytes.slice(0, length)))
      expect(fault).toBe([200, 232].includes(length) ? 'none' : 'CHECKPOINT_INVALID')
    }
    const inside = concat(bytes.slice(0, 199), Uint8Array.of(1), bytes.slice(200))
    expect(await faultOf(() => decodeCheckpointMessage(inside))).toBe('CHECKPOINT_INVALID')
  })

  it('puts its hashes behind those held, from the start of an extent', () => {
    const held = accept(open(1, 20))
    expect(listOf(fixedHashes(33).slice(16 * 32), 16, held)).toEqual(extentHashesOf(33))
    expect(listOf(fixedHashes(33), 0, held)).toEqual(extentHashesOf(33))
    expect(listOf(fixedHashes(33), 0)).toEqual(extentHashesOf(33))
    expect(listOf(fixedHashes(0), 16, accept(open(1, 16)))).toEqual(extentHashesOf(16))
  })

  it('is sent back with the count held if it leaves a gap', async () => {
    const held = accept(open(1, 20))
    expect(await faultOf(() => listOf(fixedHashes(1), 32, held))).toBe('HASHES_MISSING')
    expect(() => listOf(fixedHashes(1), 32, held)).toThrow(
      expect.objectContaining({ details: { n: 20 } }),
    )
    expect(await faultOf(() => listOf(fixedHashes(1), 16))).toBe('HASHES_MISSING')
  })

  it('gives each chunk its hash, and none to what is not published', () => {
    const accepted = accept(open(1, 20))
    expect(chunkHashAt(accepted, 17)).toEqual(fixedBytes('chunk 17'))
    for (const index of [20, 31, 32, 1000]) expect(chunkHashAt(accepted, index)).toBeUndefined()
  })
})
