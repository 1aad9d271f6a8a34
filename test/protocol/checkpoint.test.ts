import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concat, type Bytes } from '../../protocol/bytes.ts'
import {
  CHECKPOINT_BYTES,
  deletedCheckpoint,
  openCheckpoint,
  servableUntilMs,
  signCheckpoint,
  type Checkpoint,
} from '../../protocol/checkpoint.ts'
import { CHUNK_PLAIN_BYTES, CHUNKS_MAX, INDEX_SEALED_BYTES_MAX } from '../../protocol/limits.ts'
import {
  checkpointOf,
  createOwner,
  faultOf,
  fixedBytes,
  fixedHashes,
  flipped,
  NOW_MS,
  patched,
  resign,
} from './owner.ts'

const DAY_MS = 86_400_000
/** Where the fields stand. SPEC.md §6.1. */
const at = {
  magic: 0,
  seq: 24,
  state: 32,
  reserved: 33,
  n: 36,
  lastChunk: 40,
  expires: 44,
  issued: 52,
  reserved2: 60,
  indexLen: 64,
  indexHash: 68,
  root: 100,
} as const
const u32 = (value: number): number[] => [
  value >>> 24,
  (value >> 16) & 255,
  (value >> 8) & 255,
  value & 255,
]

const owner = await createOwner('checkpoint')
const signed = (checkpoint: Checkpoint): Bytes => signCheckpoint(checkpoint, owner.ownerSeed)
const open = signed(checkpointOf(owner, fixedHashes(17)))
const sealed = signed(checkpointOf(owner, fixedHashes(17), { state: 'sealed', lastChunkBytes: 5 }))
const empty = signed(checkpointOf(owner, fixedHashes(0)))
const deleted = signed(deletedCheckpoint(owner.shareId, 4, NOW_MS))

const openBy = (bytes: Bytes): Checkpoint => openCheckpoint(bytes, owner.genesis.ownerPublicKey)
const refusal = (bytes: Bytes): Promise<string> => faultOf(() => openBy(bytes))
/** What a checkpoint is refused with that the owner signed after changing its bytes. */
const signedRefusal = (bytes: Bytes, offset: number, patch: readonly number[]): Promise<string> =>
  refusal(resign(patched(bytes, offset, patch), owner.ownerSeed))

describe('a checkpoint', () => {
  it('takes 196 bytes and comes back as it was', () => {
    expect([open, sealed, empty, deleted].map(({ length }) => length)).toEqual(
      Array.from({ length: 4 }, () => CHECKPOINT_BYTES),
    )
    expect(openBy(open)).toEqual(checkpointOf(owner, fixedHashes(17)))
    expect(openBy(empty)).toEqual(checkpointOf(owner, fixedHashes(0)))
    expect(openBy(deleted)).toEqual(deletedCheckpoint(owner.shareId, 4, NOW_MS))
  })

  it('is refused with any one bit flipped', async () => {
    // Each bit of a signature takes a full verification, so a spread of them.
    for (let bit = 0; bit < CHECKPOINT_BYTES * 8; bit += bit < 132 * 8 ? 5 : 23) {
      expect(await refusal(flipped(sealed, bit))).toBe('CHECKPOINT_INVALID')
    }
  })

  it('is refused cut at any length, and with a byte behind it', async () => {
    for (let length = 0; length < CHECKPOINT_BYTES; length += 1) {
      expect(await refusal(sealed.slice(0, length))).toBe('CHECKPOINT_INVALID')
    }
    expect(await refusal(concat(sealed, Uint8Array.of(0)))).toBe('CHECKPOINT_INVALID')
  })

  it('is refused if another key signed it', async () => {
    expect(await refusal(resign(sealed, fixedBytes('another')))).toBe('CHECKPOINT_INVALID')
  })

  it('serves until it expires, and for 366 days after its issue at most', () => {
    const checkpoint = checkpointOf(owner, fixedHashes(1))
    expect(servableUntilMs(checkpoint)).toBe(checkpoint.expiresAtMs)
    const endless = { ...checkpoint, expiresAtMs: Number.MAX_SAFE_INTEGER }
    expect(servableUntilMs(endless)).toBe(NOW_MS + 366 * DAY_MS)
  })
})

describe('even its owner cannot sign a checkpoint', () => {
  it.each([
    ['with another magic', at.magic, [0x54]],
    ['with a seq above 2^53 - 1', at.seq, [0, 0x20]],
    ['of an unknown state', at.state, [3]],
    ['with reserved bytes in use', at.reserved + 2, [1]],
    ['with the other reserved bytes in use', at.reserved2 + 3, [1]],
    ['of more than 2^23 chunks', at.n, u32(CHUNKS_MAX + 1)],
    ['with an expiry above 2^53 - 1', at.expires, [0, 0x20]],
    ['with an issue above 2^53 - 1', at.issued, [0, 0x20]],
    ['with an index of 0 bytes', at.indexLen, u32(0)],
    ['with an index over its bound', at.indexLen, u32(INDEX_SEALED_BYTES_MAX + 1)],
    ['with an index that has no hash', at.indexHash, [...new Uint8Array(32)]],
  ])('%s', async (_what, offset, patch) => {
    expect(await signedRefusal(open, offset, patch)).toBe('CHECKPOINT_INVALID')
    expect(await signedRefusal(sealed, offset, patch)).toBe('CHECKPOINT_INVALID')
  })

  it('that is open and has a final chunk', async () => {
    for (const length of [0, 1, CHUNK_PLAIN_BYTES - 1, CHUNK_PLAIN_BYTES + 1]) {
      expect(await signedRefusal(open, at.lastChunk, u32(length))).toBe('CHECKPOINT_INVALID')
    }
  })

  it('that is empty and has an index or a last chunk', async () => {
    expect(await signedRefusal(empty, at.lastChunk, u32(1))).toBe('CHECKPOINT_INVALID')
    expect(await signedRefusal(empty, at.indexLen, u32(4124))).toBe('CHECKPOINT_INVALID')
    expect(await signedRefusal(empty, at.indexHash, [1])).toBe('CHECKPOINT_INVALID')
  })

  it('that is sealed and has no chunk, or a last one of no length', async () => {
    expect(await signedRefusal(sealed, at.n, u32(0))).toBe('CHECKPOINT_INVALID')
    expect(await signedRefusal(sealed, at.lastChunk, u32(0))).toBe('CHECKPOINT_INVALID')
    const over = u32(CHUNK_PLAIN_BYTES + 1)
    expect(await signedRefusal(sealed, at.lastChunk, over)).toBe('CHECKPOINT_INVALID')
    expect(await signedRefusal(sealed, at.lastChunk, u32(CHUNK_PLAIN_BYTES))).toBe('none')
  })

  it('that is deleted and says anything but when', async () => {
    for (const offset of [at.n, at.lastChunk, at.expires, at.indexLen, at.indexHash, at.root]) {
      for (const last of [0, 3]) {
        expect(await signedRefusal(deleted, offset + last, [1])).toBe('CHECKPOINT_INVALID')
      }
    }
    expect(await signedRefusal(deleted, at.issued + 7, [1])).toBe('none')
  })

  it('by mistake of ours', () => {
    const wrong: Partial<Checkpoint>[] = [
      { state: 'sealed', lastChunkBytes: 0 },
      { lastChunkBytes: 1 },
      { indexBytes: 0 },
      { chunkCount: 0 },
      { state: 'deleted' },
    ]
    for (const change of wrong) {
      const checkpoint = checkpointOf(owner, fixedHashes(1), change)
      expect(() => signCheckpoint(checkpoint, owner.ownerSeed)).toThrow('bug')
    }
  })
})

describe('any checkpoint', () => {
  it.each([1, 2])('comes back as it was signed, seed %i', (seed) => {
    const fields = fc.record({
      seq: fc.maxSafeNat(),
      issuedAtMs: fc.maxSafeNat(),
      expiresAtMs: fc.maxSafeNat(),
      chunkCount: fc.integer({ min: 1, max: CHUNKS_MAX }),
      indexBytes: fc.integer({ min: 1, max: INDEX_SEALED_BYTES_MAX }),
      lastChunkBytes: fc.integer({ min: 1, max: CHUNK_PLAIN_BYTES }),
    })
    const property = fc.property(fields, fc.boolean(), (values, isSealed) => {
      const ending = isSealed
        ? ({ state: 'sealed' } as const)
        : ({ state: 'open', lastChunkBytes: CHUNK_PLAIN_BYTES } as const)
      const checkpoint = checkpointOf(owner, fixedHashes(1), { ...values, ...ending })
      expect(openBy(signCheckpoint(checkpoint, owner.ownerSeed))).toEqual(checkpoint)
    })
    fc.assert(property, { seed, numRuns: 25 })
    expect.hasAssertions()
  })
})
