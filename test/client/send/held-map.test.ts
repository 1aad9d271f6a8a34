import { expect, it } from 'vitest'
import { bitCountOf } from '../../../protocol/bitmap.ts'
import { fullBits, HeldMap, runOf } from '../../../client/engine/send/held-map.ts'

it('counts runs once, however often they are added', () => {
  const held = new HeldMap(40)
  held.addRun(3, 20)
  held.addRun(10, 20)
  expect(held.count).toBe(27)
})

it('reads an extent as 16 bits, its first chunk the highest', () => {
  const held = new HeldMap(40)
  held.addRun(16, 1)
  held.addRun(31, 1)
  expect([held.bitsOf(0), held.bitsOf(1), held.bitsOf(2)]).toEqual([0, 0x8001, 0])
})

it('takes over what a seed says, and nothing beyond the share', () => {
  const held = new HeldMap(16)
  held.replace(Uint8Array.of(0xf0, 0x01, 0xff, 0xff))
  expect([held.count, held.bitsOf(0)]).toEqual([5, 0xf001])
  held.replace(Uint8Array.of(0x80))
  expect([held.count, held.bitsOf(0)]).toEqual([1, 0x8000])
})

it.each([
  [0x8000, 0, 1],
  [0x0001, 15, 1],
  [0xffff, 0, 16],
  [0x0410, 5, 7],
])('covers the bits %i with the run from %i, %i long', (bits, offset, count) => {
  expect(runOf(bits)).toEqual({ offset, count })
})

it.each([
  [1, 0x8000],
  [15, 0xfffe],
  [16, 0xffff],
])('has %i bits set for an extent of that many chunks', (count, bits) => {
  expect(fullBits(count)).toBe(bits)
  expect(bitCountOf(bits)).toBe(count)
})
