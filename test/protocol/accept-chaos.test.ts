import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { acceptCheckpoint, hashesFrom, type Accepted, type Offer } from '../../protocol/accept.ts'
import type { Bytes } from '../../protocol/bytes.ts'
import { TransferError } from '../../protocol/errors.ts'
import {
  createOwner,
  deletionOf,
  fixedBytes,
  fixedHashes,
  flipped,
  NOW_MS,
  offerOf,
} from './owner.ts'

const owner = await createOwner('chaos')

/** What anyone may send: an owner who contradicts itself, forgers, and bits that tip over on the way. */
const offers = fc.record({
  seq: fc.nat(12),
  count: fc.nat(36),
  state: fc.constantFrom('open', 'open', 'sealed', 'deleted'),
  content: fc.constantFrom('chunk', 'chunk', 'chunk', 'other'),
  index: fc.constantFrom('index', 'index', 'index', 'other'),
  damage: fc.constantFrom('none', 'none', 'none', 'bit', 'key', 'list'),
  bit: fc.nat(196 * 8 - 1),
})
type Draw = typeof offers extends fc.Arbitrary<infer Value> ? Value : never

function offerFrom({ seq, count, state, content, index, damage, bit }: Draw): Offer {
  const signer = damage === 'key' ? { ...owner, ownerSeed: fixedBytes('forger') } : owner
  const offer = state === 'deleted' ? deletionOf(signer, seq) : undefined
  const hashes = fixedHashes(Math.max(count, state === 'sealed' ? 1 : 0), content)
  const changes = {
    seq,
    ...(state === 'sealed' ? ({ state, lastChunkBytes: 5 } as const) : {}),
    ...(hashes.length === 0 ? {} : { indexHash: fixedBytes(index) }),
  }
  const made = offer ?? offerOf(signer, hashes, changes)
  if (damage === 'bit') return { ...made, checkpoint: flipped(made.checkpoint, bit) }
  return damage === 'list' ? { ...made, extents: made.extents.slice(1) } : made
}

function step(held: Accepted | undefined, offer: Offer): Accepted | undefined {
  try {
    return acceptCheckpoint(offer, held, NOW_MS)
  } catch (error) {
    if (error instanceof TransferError) return held
    throw error
  }
}

/** What was published once stays published, until the owner deletes it all. */
function expectMonotone(before: Accepted, after: Accepted): void {
  const [a, b] = [before.checkpoint, after.checkpoint]
  if (b.state === 'deleted') return
  expect(a.state).not.toBe('deleted')
  expect(b.seq).toBeGreaterThanOrEqual(a.seq)
  expect(b.chunkCount).toBeGreaterThanOrEqual(a.chunkCount)
  const published: Bytes = hashesFrom(before, 0)
  expect(hashesFrom(after, 0).slice(0, published.length)).toEqual(published)
  if (a.chunkCount > 0) expect([b.indexBytes, b.indexHash]).toEqual([a.indexBytes, a.indexHash])
  if (a.state === 'sealed') {
    expect([b.state, b.chunkCount, b.lastChunkBytes]).toEqual([
      'sealed',
      a.chunkCount,
      a.lastChunkBytes,
    ])
  }
}

describe('acceptance', () => {
  it.each([1, 2, 3])('never loses a published hash, whatever is offered, seed %i', (seed) => {
    const property = fc.property(fc.array(offers, { minLength: 4, maxLength: 14 }), (draws) => {
      let held: Accepted | undefined
      for (const draw of draws) {
        const next = step(held, offerFrom(draw))
        if (held !== undefined && next !== undefined) expectMonotone(held, next)
        held = next ?? held
      }
    })
    fc.assert(property, { seed, numRuns: 15 })
    expect.hasAssertions()
  })

  // An honest owner's checkpoints, in whatever order and however often: everybody ends at the last of them.
  it.each([1, 2, 3])('ends where the owner ended, however its word travels, seed %i', (seed) => {
    const counts = fc.array(fc.nat(20), { minLength: 1, maxLength: 5 })
    const ranks = fc.array(fc.nat(1000), { minLength: 12, maxLength: 12 })
    const property = fc.property(counts, ranks, (steps, order) => {
      const grown = steps.toSorted((a, b) => a - b)
      const last = (grown.at(-1) ?? 0) + 1
      const honest = [
        ...grown.map((count, i) => offerOf(owner, fixedHashes(count), { seq: i })),
        offerOf(owner, fixedHashes(last), { seq: 9, state: 'sealed', lastChunkBytes: 7 }),
      ]
      const shuffled = [...honest, ...honest]
        .map((offer, i) => ({ offer, rank: order[i] ?? 0 }))
        .toSorted((a, b) => a.rank - b.rank)
      let held: Accepted | undefined
      for (const { offer } of shuffled) held = step(held, offer)
      expect(held?.checkpoint.seq).toBe(9)
      expect(held?.checkpoint.state).toBe('sealed')
    })
    fc.assert(property, { seed, numRuns: 12 })
    expect.hasAssertions()
  })
})
