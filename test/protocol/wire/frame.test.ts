import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concat, isEqual, type Bytes } from '../../../protocol/bytes.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { CHUNKS_MAX, FRAME_BYTES_MAX, SEALED_CHUNK_BYTES_MAX } from '../../../protocol/limits.ts'
import { decodeFrame, encodeFrame, type Frame } from '../../../protocol/wire/frame.ts'
import { frames, frameTypes } from '../../../protocol/wire/table.ts'
import { faultOf, patched } from '../owner.ts'
import { anyFrame, moreFrames, noise, sampleFrames } from './samples.ts'

const CODE = 'FRAME_INVALID'
const refusal = (bytes: Bytes): Promise<string> => faultOf(() => decodeFrame(bytes))

describe.each(frameTypes)('a %s', (type) => {
  const bytes = encodeFrame(sampleFrames[type])

  it('comes back as it was', () => {
    expect(decodeFrame(bytes)).toEqual(sampleFrames[type])
  })

  it('is refused with a reserved byte of its header in use', async () => {
    for (const offset of [1, 2, 3, 8, 15]) {
      expect(await refusal(patched(bytes, offset, [1]))).toBe(CODE)
    }
  })

  it('is refused without its body, or with half a header', async () => {
    expect(await refusal(bytes.slice(0, 16))).toBe(CODE)
    expect(await refusal(bytes.slice(0, 9))).toBe(CODE)
  })
})

describe('frames', () => {
  it('are numbered as SPEC.md does', () => {
    expect(frameTypes.map((type) => frames[type].id)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
    ])
  })

  it('come back as they were, whatever they say', () => {
    fc.assert(
      fc.property(anyFrame, (frame) => {
        const bytes = encodeFrame(frame)
        const decoded = decodeFrame(bytes)
        expect(isEqual(encodeFrame(decoded), bytes)).toBe(true)
        // Field by field where that does not take longer than everything else.
        if (bytes.length < 2000) expect(decoded).toEqual(frame)
      }),
      { seed: 12, numRuns: 200 },
    )
    for (const frame of moreFrames) expect(decodeFrame(encodeFrame(frame))).toEqual(frame)
  })

  it('have an index only if they are about one', async () => {
    for (const type of frameTypes.filter((name) => frames[name].indexOf === undefined)) {
      const bytes = encodeFrame(sampleFrames[type])
      expect(await refusal(patched(bytes, 7, [1]))).toBe(CODE)
    }
  })

  it('carry a whole chunk in exactly the longest message', () => {
    const sealed = noise('chunk', SEALED_CHUNK_BYTES_MAX)
    const bytes = encodeFrame({ type: 'chunk', index: CHUNKS_MAX - 1, sealed })
    expect(bytes.length).toBe(262_144)
    expect(bytes.length).toBe(FRAME_BYTES_MAX)
  })

  it('are refused one byte above the longest message, and of a type nobody knows', async () => {
    const sealed = noise('chunk', SEALED_CHUNK_BYTES_MAX)
    const bytes = encodeFrame({ type: 'chunk', index: 0, sealed })
    expect(await refusal(concat(bytes, Uint8Array.of(0)))).toBe(CODE)
    for (const id of [0, 13, 255]) expect(await refusal(patched(bytes, 0, [id]))).toBe(CODE)
  })

  it('of one byte more or less than their type has are refused', async () => {
    for (const type of frameTypes.filter((name) => name !== 'chunk' && name !== 'index')) {
      const bytes = encodeFrame(sampleFrames[type])
      expect(await refusal(concat(bytes, Uint8Array.of(0)))).toBe(CODE)
      expect(await refusal(bytes.slice(0, -1))).toBe(CODE)
    }
  })

  it('are asserted where we would send one that nobody takes', () => {
    const wrong: Frame[] = [
      { type: 'request', chunks: [] },
      { type: 'request', chunks: [1, 1] },
      { type: 'request', chunks: Array.from({ length: 33 }, (_, i) => i) },
      { type: 'have', first: 4, count: 8, bitmap: Uint8Array.of(0) },
      { type: 'have', first: 0, count: 9, bitmap: Uint8Array.of(0) },
      { type: 'chunk', index: 0, sealed: new Uint8Array(28) },
      { type: 'hashes', what: 'hashes', first: 0, hashes: new Uint8Array(33) },
      { type: 'ask', what: 'hashes', first: 0, count: 512 },
    ]
    for (const frame of wrong) expect(() => encodeFrame(frame)).toThrow('bug: expected')
  })

  it('of another version say which one, so that it ends without blame', () => {
    const bytes = patched(encodeFrame(sampleFrames.hello), 16, [2])
    try {
      decodeFrame(concat(bytes, noise('whatever comes then', 100)))
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(TransferError)
      expect(error).toMatchObject({ code: CODE, details: { version: 2 } })
    }
  })
})
