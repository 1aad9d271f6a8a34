import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteReader } from '../../protocol/byte-reader.ts'
import { ByteWriter } from '../../protocol/byte-writer.ts'
import { faultOf } from './owner.ts'

const CODE = 'RECORD_INVALID'
const reader = (...bytes: number[]): ByteReader => new ByteReader(Uint8Array.from(bytes), CODE)

describe('ByteReader', () => {
  it('reads big-endian fields one after the other', () => {
    const bytes = reader(1, 2, 3, 4, 5, 6, 7, 0, 0x1f, 255, 255, 255, 255, 255, 255, 9)
    expect(bytes.u8()).toBe(1)
    expect(bytes.u16()).toBe(0x0203)
    expect(bytes.u32()).toBe(0x0405_0607)
    expect(bytes.u64()).toBe(Number.MAX_SAFE_INTEGER)
    expect(bytes.remaining).toBe(1)
    expect(bytes.bytes(1)).toEqual(Uint8Array.of(9))
    expect(() => bytes.end()).not.toThrow()
  })

  it('refuses an integer above 2^53 - 1', async () => {
    expect(await faultOf(() => reader(0, 0x20, 0, 0, 0, 0, 0, 0).u64())).toBe(CODE)
    expect(await faultOf(() => reader(255, 255, 255, 255, 255, 255, 255, 255).u64())).toBe(CODE)
  })

  it('refuses to read over the end, whatever the field', async () => {
    expect(await faultOf(() => reader().u8())).toBe(CODE)
    expect(await faultOf(() => reader(1).u16())).toBe(CODE)
    expect(await faultOf(() => reader(1, 2, 3).u32())).toBe(CODE)
    expect(await faultOf(() => reader(1, 2, 3, 4, 5, 6, 7).u64())).toBe(CODE)
    expect(await faultOf(() => reader(1).bytes(2))).toBe(CODE)
    expect(await faultOf(() => reader(0).zeros(2))).toBe(CODE)
  })

  it('refuses what is left over, another literal, and reserved bytes in use', async () => {
    expect(await faultOf(() => reader(1).end())).toBe(CODE)
    expect(await faultOf(() => reader(1, 2).expect(Uint8Array.of(1, 3), 'magic'))).toBe(CODE)
    expect(await faultOf(() => reader(0, 1).zeros(2))).toBe(CODE)
  })

  it('reads the part that a view shows, and hands out copies', () => {
    const whole = Uint8Array.of(9, 9, 1, 2, 9)
    const part = new ByteReader(whole.subarray(2, 4), CODE)
    const field = part.bytes(2)
    whole.fill(0)
    expect(field).toEqual(Uint8Array.of(1, 2))
    expect(field.buffer.byteLength).toBe(2)
    const buffer = Buffer.from([1, 2])
    const copy = new ByteReader(buffer, CODE).bytes(2)
    buffer.fill(0)
    expect(copy).toEqual(Uint8Array.of(1, 2))
  })

  it.each([1, 2, 3])('reads back whatever a ByteWriter wrote, seed %i', (seed) => {
    const fields = fc.record({
      a: fc.nat(0xff),
      b: fc.nat(0xffff),
      c: fc.nat(0xffff_ffff),
      d: fc.maxSafeNat(),
      e: fc.uint8Array({ maxLength: 600 }),
      zeros: fc.nat(20),
    })
    const property = fc.property(fields, ({ a, b, c, d, e, zeros }) => {
      const written = new ByteWriter().u8(a).u16(b).u32(c).u64(d).bytes(e).zeros(zeros).finish()
      const back = new ByteReader(written, CODE)
      expect([back.u8(), back.u16(), back.u32(), back.u64()]).toEqual([a, b, c, d])
      expect(back.bytes(e.length)).toEqual(Uint8Array.from(e))
      back.zeros(zeros)
      back.end()
    })
    fc.assert(property, { seed, numRuns: 50 })
    expect.hasAssertions()
  })
})
