import { describe, expect, it } from 'vitest'
import { ByteWriter } from '../../protocol/byte-writer.ts'

describe('ByteWriter', () => {
  it('writes big-endian fields one after the other', () => {
    const written = new ByteWriter()
      .u8(1)
      .u16(0x0203)
      .u32(0xfffe_fdfc)
      .u64(2 ** 40 + 5)
      .zeros(2)
    expect(written.finish()).toEqual(
      Uint8Array.of(1, 2, 3, 255, 254, 253, 252, 0, 0, 1, 0, 0, 0, 0, 5, 0, 0),
    )
  })

  it('grows as far as it is filled', () => {
    const writer = new ByteWriter()
    for (let i = 0; i < 1000; i += 1) writer.bytes(new Uint8Array(7).fill(i))
    const bytes = writer.finish()
    expect(bytes.length).toBe(7000)
    expect(bytes[6999]).toBe(999 % 256)
  })

  it('stops at a number that its field cannot hold, because that is a mistake of ours', () => {
    const writer = new ByteWriter()
    for (const wrong of [-1, 0.5, Number.NaN, 256]) expect(() => writer.u8(wrong)).toThrow('bug')
    expect(() => writer.u16(2 ** 16)).toThrow('bug')
    expect(() => writer.u32(2 ** 32)).toThrow('bug')
    expect(() => writer.u64(2 ** 53)).toThrow('bug')
    expect(() => writer.bytes(new Uint8Array(3), 4)).toThrow('bug')
  })

  it('hands out bytes that later writing does not change', () => {
    const writer = new ByteWriter().u8(1)
    const first = writer.finish()
    writer.u8(2)
    expect(first).toEqual(Uint8Array.of(1))
  })
})
