import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  compareBytes,
  concat,
  decodeUtf8,
  encodeUtf8,
  formatHex,
  isEqual,
  isZero,
  parseHex,
} from '../../protocol/bytes.ts'
import { formatShareId, parseShareId, shareIdBytes } from '../../protocol/share-id.ts'
import { faultOf, fixedBytes } from './owner.ts'

describe('bytes', () => {
  it.each([1, 2])('are equal exactly if they are the same, seed %i', (seed) => {
    const bytes = fc.uint8Array({ maxLength: 4, max: 2 })
    const property = fc.property(bytes, bytes, (a, b) => {
      expect(isEqual(a, b)).toBe(Buffer.compare(a, b) === 0)
      expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(a, b))
      expect(formatHex(concat(a, b))).toBe(Buffer.concat([a, b]).toString('hex'))
      expect(isZero(a)).toBe(Buffer.alloc(a.length).equals(a))
    })
    fc.assert(property, { seed, numRuns: 200 })
    expect.hasAssertions()
  })

  it('have one spelling in hex', () => {
    expect(parseHex('00ff', 2)).toEqual(Uint8Array.of(0, 255))
    for (const text of ['00FF', '00f', '00ff0', '00fg', ' 0ff', '']) {
      expect(parseHex(text, 2)).toBeUndefined()
    }
  })

  it('are text only if they are well-formed UTF-8', () => {
    expect(decodeUtf8(encodeUtf8('Tūī \u0000 \uFEFF'))).toBe('Tūī \u0000 \uFEFF')
    for (const wrong of [[0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xff]]) {
      expect(() => decodeUtf8(Uint8Array.from(wrong))).toThrow(TypeError)
    }
  })
})

describe('a share id', () => {
  it('is 40 hex digits in text, and comes back', () => {
    const id = formatShareId(fixedBytes('id', 20))
    expect(parseShareId(id)).toBe(id)
    expect(shareIdBytes(id)).toEqual(fixedBytes('id', 20))
  })

  it('is nothing that could lead elsewhere in a path', async () => {
    const id: string = formatShareId(fixedBytes('id', 20))
    const others = [
      '',
      id.toUpperCase(),
      id.slice(1),
      `${id}0`,
      '../'.repeat(14).slice(0, 40),
      `${id}\n`,
    ]
    for (const text of others) {
      expect(await faultOf(() => parseShareId(text))).toBe('REQUEST_INVALID')
    }
  })
})
