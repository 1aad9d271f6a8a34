import { describe, expect, it } from 'vitest'
import { decodeFrame, encodeFrame } from '../../protocol/wire/frame.ts'
import { faultOf, patched } from '../protocol/owner.ts'
import { sampleFrames } from '../protocol/wire/samples.ts'
import { decodeFuzzedFrames } from '../scenario/fuzzed-frames.ts'

describe('D06: a peer that sends malformed frames', () => {
  it.each([1, 2, 3, 4])('is refused, and makes nothing else be thrown, seed %i', (seed) => {
    const { refused, taken } = decodeFuzzedFrames(seed, 5000)
    expect(refused).toBeGreaterThan(2000)
    // Some changes make another frame: a fuzzer whose every frame is refused at the door tests the door.
    expect(taken).toBeGreaterThan(200)
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
