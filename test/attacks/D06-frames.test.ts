import { describe, expect, it } from 'vitest'
import { assert } from '../../protocol/errors.ts'
import { EXTENTS_MAX, INDEX_SEALED_BYTES_MAX } from '../../protocol/limits.ts'
import { decodeFrame, encodeFrame } from '../../protocol/wire/frame.ts'
import { faultOf, patched } from '../protocol/owner.ts'
import { sentIn, SessionBench } from '../protocol/swarm/session-bench.ts'
import { sampleFrames } from '../protocol/wire/samples.ts'
import { hearFuzzedFrames } from '../scenario/fuzzed-frames.ts'

/** The last place of each kind that may be asked for. */
const ASKED = [
  ['extents', EXTENTS_MAX - 1],
  ['hashes', EXTENTS_MAX - 1],
  ['index', INDEX_SEALED_BYTES_MAX - 1],
] as const

describe('D06: a peer that sends malformed frames', () => {
  it.each([1, 2, 3, 4])('is refused, and makes nothing else be thrown, seed %i', (seed) => {
    const { refused, taken, answered } = hearFuzzedFrames(seed, 5000)
    expect(refused).toBeGreaterThan(2000)
    // Some changes make another frame: a fuzzer whose every frame is refused at the door tests the door.
    expect(taken).toBeGreaterThan(200)
    expect(answered).toBeGreaterThan(50)
  })

  it.each(ASKED)(
    'is told that it cannot have what nobody has, as far as it may ask: %s from %i',
    (what, first) => {
      const bench = SessionBench.ready([3])
      bench.step({ type: 'slot', isOpen: true })
      const [effect] = bench.frames({ type: 'ask', what, first, count: 1 })
      assert(effect?.type === 'serve-part', 'looked for')
      const sent = sentIn(bench.step({ type: 'no-answer', ask: effect.ask, reason: 'missing' }))
      const refusal = { type: 'reject', what, reason: 'missing', indexes: [first] }
      expect(sent.map((frame) => decodeFrame(encodeFrame(frame)))).toEqual([refusal])
    },
  )

  it('with a checkpoint whose number is none is refused before anything is done with it', async () => {
    const claim = patched(encodeFrame(sampleFrames.checkpoint), 16 + 24, [0xff, 0xff])
    expect(await faultOf(() => decodeFrame(claim))).toBe('FRAME_INVALID')
  })

  it('does not choose how much is allocated: counts are checked before anything is made', async () => {
    const claims = [
      patched(encodeFrame(sampleFrames.have), 16, [0xff, 0xff, 0xff, 0xff]),
      patched(encodeFrame(sampleFrames.have), 16, [0, 0x10, 0, 0]),
      patched(encodeFrame(sampleFrames.request), 16, [0xff, 0xff]),
      patched(encodeFrame(sampleFrames.reject), 18, [0xff, 0xff]),
      patched(encodeFrame(sampleFrames.ask), 20, [0xff, 0xff, 0xff, 0xff]),
    ]
    for (const claim of claims) {
      expect(await faultOf(() => decodeFrame(claim))).toBe('FRAME_INVALID')
    }
  })
})
