import { TransferError } from '../../protocol/errors.ts'
import { decodeFrame, encodeFrame } from '../../protocol/wire/frame.ts'
import { frameTypes } from '../../protocol/wire/table.ts'
import { moreFrames, sampleFrames } from '../protocol/wire/samples.ts'
import { createRandom } from '../random.ts'

type Random = () => number

/** What became of the frames: both must happen, or the fuzzer shows nothing. */
export type FuzzOutcome = Readonly<{ refused: number; taken: number }>

const FRAME_BYTES_MAX = 262_144
/** Lengths and counts at which decoders go wrong. */
const edges = [0, 1, 7, 8, 15, 16, 31, 32, 33, 127, 128, 255, 511, 512, 8176, 8177]

/**
 * Decodes `count` hostile frames: cut, joined, with bits and fields changed, or made up.
 *
 * @throws unless each is either refused with FRAME_INVALID, or one that is encoded to the very same bytes, so
 * that nothing has two spellings and nothing decoded is larger than what came.
 */
export function decodeFuzzedFrames(seed: number, count: number): FuzzOutcome {
  const random = createRandom(seed)
  const bases = [...frameTypes.map((type) => sampleFrames[type]), ...moreFrames].map(encodeFrame)
  const outcome = { refused: 0, taken: 0 }
  for (let i = 0; i < count; i += 1) {
    const bytes = hostileFrame(bases, random)
    if (isTaken(bytes, `frame ${i} of seed ${seed}`)) outcome.taken += 1
    else outcome.refused += 1
  }
  return outcome
}

function isTaken(bytes: Uint8Array, name: string): boolean {
  const frame = decodeOrRefuse(bytes, name)
  if (frame === undefined) return false
  if (Buffer.compare(encodeFrame(frame), bytes) !== 0) throw new Error(`${name} has two spellings`)
  return true
}

function decodeOrRefuse(
  bytes: Uint8Array,
  name: string,
): ReturnType<typeof decodeFrame> | undefined {
  try {
    return decodeFrame(bytes)
  } catch (cause) {
    if (cause instanceof TransferError && cause.code === 'FRAME_INVALID') return undefined
    throw new Error(`${name} threw something else`, { cause })
  }
}

function hostileFrame(bases: readonly Uint8Array[], random: Random): Uint8Array {
  const choice = random()
  if (choice < 0.15) return madeUp(random)
  let bytes = new Uint8Array(pick(bases, random))
  const changes = 1 + Math.floor(random() * 3)
  for (let i = 0; i < changes; i += 1) bytes = changed(bytes, bases, random)
  return bytes
}

/** A header that is right, mostly, and whatever behind it; rarely as long as a message can be, or longer. */
function madeUp(random: Random): Uint8Array<ArrayBuffer> {
  const isLong = random() < 0.002
  const length = isLong
    ? FRAME_BYTES_MAX - 8 + Math.floor(random() * 16)
    : Math.floor(random() * 96)
  const bytes = new Uint8Array(length)
  for (let i = 0; i < Math.min(length, 96); i += 1) bytes[i] = Math.floor(random() * 256)
  if (random() < 0.9) bytes.fill(0, 1, 4).fill(0, 8, 16)
  if (random() < 0.5) bytes.fill(0, 4, 8)
  if (length > 0 && random() < 0.9) bytes[0] = Math.floor(random() * 14)
  return bytes
}

function changed(
  bytes: Uint8Array<ArrayBuffer>,
  bases: readonly Uint8Array[],
  random: Random,
): Uint8Array<ArrayBuffer> {
  const at = Math.floor(random() * bytes.length)
  const copy = bytes.slice()
  switch (Math.floor(random() * 6)) {
    case 0:
      copy[at] = (copy[at] ?? 0) ^ (1 << Math.floor(random() * 8))
      return copy
    case 1:
      return copy.slice(0, at)
    case 2:
      return Uint8Array.from([...copy, ...pick(bases, random)])
    case 3:
      return withField(copy, at, pick(edges, random))
    case 4:
      return withField(copy, 16 + 4 * Math.floor(random() * 4), Math.floor(random() * 2 ** 32))
    default:
      copy[0] = Math.floor(random() * 14)
      return copy
  }
}

/** A u32 in the middle of it all. */
function withField(
  bytes: Uint8Array<ArrayBuffer>,
  offset: number,
  value: number,
): Uint8Array<ArrayBuffer> {
  if (offset + 4 <= bytes.length) new DataView(bytes.buffer).setUint32(offset, value)
  return bytes
}

function pick<Item>(items: readonly Item[], random: Random): Item {
  const item = items[Math.floor(random() * items.length)]
  if (item === undefined) throw new Error('nothing to pick from')
  return item
}
