import fc from 'fast-check'
import { concat, type Bytes } from '../../../protocol/bytes.ts'
import { GENESIS_BYTES } from '../../../protocol/genesis.ts'
import { HASH_BYTES } from '../../../protocol/hash-list.ts'
import {
  CHUNKS_MAX,
  EXTENTS_MAX,
  HAVE_CHUNKS_MAX,
  INDEX_SEALED_BYTES_MAX,
} from '../../../protocol/limits.ts'
import { parseShareId } from '../../../protocol/share-id.ts'
import type { Frame } from '../../../protocol/wire/frame.ts'
import type { FrameOf, FrameType } from '../../../protocol/wire/table.ts'
import { fixedBytes, patched } from '../owner.ts'

const shareId = parseShareId('5e'.repeat(20))

/** `length` bytes that look random and are the same in every run. */
export function noise(name: string, length: number): Bytes {
  const parts = Array.from({ length: Math.ceil(length / 32) }, (_, i) => fixedBytes(`${name} ${i}`))
  return concat(...parts).slice(0, length)
}

/** The number that a checkpoint has in its place is one. */
function checkpointOf(bytes: Bytes): Bytes {
  return patched(bytes, 24, [0, 0])
}

/** One of each type, with every field set to something that would be missed. */
export const sampleFrames: { [Type in FrameType]: FrameOf<Type> } = {
  hello: {
    type: 'hello',
    version: 1,
    shareId,
    seq: 2 ** 40,
    genesis: noise('genesis', GENESIS_BYTES),
    readToken: undefined,
  },
  have: { type: 'have', first: 64, count: 13, bitmap: Uint8Array.of(0b1010_0101, 0b1111_1000) },
  request: { type: 'request', chunks: [CHUNKS_MAX - 1, 0, 7] },
  cancel: { type: 'cancel', chunks: [5] },
  chunk: { type: 'chunk', index: 70_000, sealed: noise('sealed', 61) },
  reject: { type: 'reject', what: 'hashes', reason: 'budget', indexes: [513] },
  checkpoint: { type: 'checkpoint', bytes: checkpointOf(noise('checkpoint', 196)) },
  ask: { type: 'ask', what: 'extents', first: 16, count: 300 },
  hashes: { type: 'hashes', what: 'hashes', first: 3, hashes: noise('hashes', 17 * HASH_BYTES) },
  index: { type: 'index', first: 262_128, bytes: noise('index', 40) },
  slot: { type: 'slot', isOpen: true },
  bye: { type: 'bye', reason: 'private' },
}

/** More of what one sample cannot show: absent fields, and each word. */
export const moreFrames: readonly Frame[] = [
  { ...sampleFrames.hello, seq: 0, genesis: undefined },
  { ...sampleFrames.hello, readToken: noise('readToken', 32) },
  { ...sampleFrames.have, first: 0, count: 8, bitmap: Uint8Array.of(0) },
  ...(['missing', 'busy', 'budget'] as const).map((reason): Frame => {
    return { type: 'reject', what: 'chunks', reason, indexes: [1, 2] }
  }),
  ...(['extents', 'index'] as const).map((what): Frame => {
    return { type: 'reject', what, reason: 'missing', indexes: [0] }
  }),
  { type: 'reject', what: 'index', reason: 'missing', indexes: [INDEX_SEALED_BYTES_MAX - 1] },
  ...(['hashes', 'index'] as const).map((what): Frame => {
    return { type: 'ask', what, first: 0, count: 1 }
  }),
  { ...sampleFrames.hashes, what: 'extents' },
  { type: 'slot', isOpen: false },
  ...(['done', 'full', 'idle', 'unsupported', 'misbehaved', 'stopping'] as const).map(
    (reason): Frame => ({ type: 'bye', reason }),
  ),
]

const bytesOf = (length: number): fc.Arbitrary<Bytes> =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => new Uint8Array(bytes))

const chunkLists = fc.uniqueArray(fc.nat(CHUNKS_MAX - 1), { minLength: 1, maxLength: 32 })

/** Bytes of any length up to `max`, cheap enough for long ones. */
const noiseUpTo = (max: number, min = 1): fc.Arbitrary<Bytes> =>
  fc
    .record({ length: fc.integer({ min, max }), byte: fc.nat(255) })
    .map(({ length, byte }) => new Uint8Array(length).fill(byte))

const haves = fc
  .record({
    first: fc.nat((CHUNKS_MAX - HAVE_CHUNKS_MAX) / 8).map((eighth) => eighth * 8),
    count: fc.oneof(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: HAVE_CHUNKS_MAX })),
    byte: fc.nat(255),
  })
  .map(({ first, count, byte }): Frame => {
    const bitmap = new Uint8Array(Math.ceil(count / 8)).fill(byte)
    const last = bitmap.length - 1
    if (count % 8 !== 0) bitmap[last] = (bitmap[last] ?? 0) & (0xff << (8 - (count % 8)))
    return { type: 'have', first, count, bitmap }
  })

/** Any frame that may be sent. */
export const anyFrame: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({
    type: fc.constant('hello'),
    version: fc.constant(1),
    shareId: fc.constant(shareId),
    seq: fc.maxSafeNat(),
    genesis: fc.option(bytesOf(GENESIS_BYTES), { nil: undefined }),
    readToken: fc.option(bytesOf(32), { nil: undefined }),
  }),
  haves,
  fc.record({ type: fc.constantFrom('request', 'cancel'), chunks: chunkLists }),
  fc.record({
    type: fc.constant('chunk'),
    index: fc.nat(CHUNKS_MAX - 1),
    sealed: noiseUpTo(262_128, 29),
  }),
  fc.record({
    type: fc.constant('reject'),
    what: fc.constant('chunks'),
    reason: fc.constantFrom('missing', 'busy', 'budget'),
    indexes: chunkLists,
  }),
  fc.record({
    type: fc.constant('reject'),
    what: fc.constantFrom('extents', 'hashes', 'index'),
    reason: fc.constantFrom('missing', 'busy', 'budget'),
    indexes: fc.nat(EXTENTS_MAX - 1).map((first) => [first]),
  }),
  fc.record({ type: fc.constant('checkpoint'), bytes: bytesOf(196).map(checkpointOf) }),
  fc.record({
    type: fc.constant('ask'),
    what: fc.constantFrom('extents', 'hashes', 'index'),
    first: fc.nat(EXTENTS_MAX - 511),
    count: fc.integer({ min: 1, max: 511 }),
  }),
  fc.record({
    type: fc.constant('hashes'),
    what: fc.constantFrom('extents', 'hashes'),
    first: fc.nat(EXTENTS_MAX - 8176),
    hashes: fc
      .integer({ min: 1, max: 8176 })
      .map((count) => new Uint8Array(count * 32).fill(count)),
  }),
  fc.record({ type: fc.constant('index'), first: fc.nat(2 ** 24), bytes: noiseUpTo(262_128) }),
  fc.record({ type: fc.constant('slot'), isOpen: fc.boolean() }),
  fc.record({
    type: fc.constant('bye'),
    reason: fc.constantFrom('done', 'full', 'idle', 'unsupported', 'misbehaved', 'stopping'),
  }),
)
