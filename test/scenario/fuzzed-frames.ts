import { TransferError } from '../../protocol/errors.ts'
import { decodeFrame, encodeFrame, type Frame } from '../../protocol/wire/frame.ts'
import { frameTypes } from '../../protocol/wire/table.ts'
import type { SessionEffect } from '../../protocol/swarm/session-event.ts'
import { SessionBench } from '../protocol/swarm/session-bench.ts'
import { moreFrames, sampleFrames } from '../protocol/wire/samples.ts'
import { createRandom } from '../random.ts'

type Random = () => number

/** What became of the frames: all must happen, or the fuzzer shows nothing. */
export type FuzzOutcome = {
  refused: number
  taken: number
  /** Frames that sessions said to those that were taken. */
  answered: number
}

const FRAME_BYTES_MAX = 262_144
/** Lengths and counts at which decoders go wrong. */
const edges = [0, 1, 7, 8, 15, 16, 31, 32, 33, 127, 128, 255, 511, 512, 8176, 8177]

/** They have some of what is asked for, and want nothing. */
const HELD = [0, 5, 7, 70_000]
/** A session that lives on has been asked for all that it gives. */
const SESSION_FRAMES = 50

/**
 * Hears `count` hostile frames: cut, joined, with bits and fields changed, or made up.
 *
 * @throws unless each is either refused with FRAME_INVALID, or one that is encoded to the very same bytes, so
 * that nothing has two spellings and nothing decoded is larger than what came; and unless a session takes each that
 * is not refused, and all that it says to it can be sent.
 */
export function hearFuzzedFrames(seed: number, count: number): FuzzOutcome {
  const random = createRandom(seed)
  const bases = [...frameTypes.map((type) => sampleFrames[type]), ...moreFrames].map(encodeFrame)
  const outcome: FuzzOutcome = { refused: 0, taken: 0, answered: 0 }
  let bench = newSession()
  for (let i = 0; i < count; i += 1) {
    const frame = takenFrame(hostileFrame(bases, random), `frame ${i} of seed ${seed}`)
    if (frame === undefined) {
      outcome.refused += 1
      continue
    }
    outcome.taken += 1
    const { said, isOver } = sayTo(bench, frame, random)
    outcome.answered += said
    if (isOver || outcome.taken % SESSION_FRAMES === 0) bench = newSession()
  }
  return outcome
}

function takenFrame(bytes: Uint8Array, name: string): Frame | undefined {
  const frame = decodeOrRefuse(bytes, name)
  if (frame === undefined) return undefined
  if (Buffer.compare(encodeFrame(frame), bytes) !== 0) throw new Error(`${name} has two spellings`)
  return frame
}

function newSession(): SessionBench {
  const bench = SessionBench.ready(HELD, [1, 2])
  bench.step({ type: 'slot', isOpen: true })
  return bench
}

/** As whoever has a session does: what is asked for is looked for, and often not there. */
function sayTo(
  bench: SessionBench,
  frame: Frame,
  random: Random,
): Readonly<{ said: number; isOver: boolean }> {
  let [said, isOver] = [0, false]
  const effects: SessionEffect[] = [...bench.frames(frame)]
  for (let effect = effects.shift(); effect !== undefined; effect = effects.shift()) {
    if (effect.type === 'close') isOver = true
    if (effect.type === 'send') said += Math.sign(encodeFrame(effect.frame).length)
    if (effect.type === 'serve') {
      const { index } = effect
      effects.push(...bench.step({ type: 'unread', index, reason: 'missing' }))
    }
    if (effect.type === 'serve-part') {
      const reason = pick(['missing', 'busy', 'budget'] as const, random)
      effects.push(...bench.step({ type: 'no-answer', ask: effect.ask, reason }))
    }
  }
  return { said, isOver }
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
