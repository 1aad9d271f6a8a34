import { describe, expect, it } from 'vitest'
import { free, takeMemory } from '../../protocol/memory.ts'

const LENGTH = 200_000

describe('free', () => {
  it('empties bytes that own their memory', () => {
    const bytes = new Uint8Array(LENGTH)
    free(bytes)
    expect(bytes.length).toBe(0)
  })

  it('leaves a part of a larger buffer, and what threads share, alone', () => {
    const whole = new Uint8Array(LENGTH + 1)
    free(whole.subarray(1))
    expect(whole.length).toBe(LENGTH + 1)
    const shared = new Uint8Array(new SharedArrayBuffer(LENGTH))
    free(shared)
    expect(shared.length).toBe(LENGTH)
  })

  it('leaves what is short to the collector: giving it back costs more', () => {
    const short = new Uint8Array(1000)
    free(short)
    expect(short.length).toBe(1000)
  })
})

describe('takeMemory', () => {
  it('gives memory that was given back, once', () => {
    const first = takeMemory(LENGTH)
    first.fill(7)
    free(first)
    expect(first.length).toBe(0)
    const [again, other] = [takeMemory(LENGTH), takeMemory(LENGTH)]
    expect([again.length, again[0]]).toEqual([LENGTH, 7])
    expect([other.length, other[0]]).toEqual([LENGTH, 0])
    expect(again.buffer).not.toBe(other.buffer)
  })

  it('keeps no length that nobody takes, and no more than a download has on its way', () => {
    const strange = new Uint8Array(LENGTH + 1).fill(7)
    free(strange)
    expect(takeMemory(LENGTH + 1)[0]).toBe(0)
    const many = Array.from({ length: 100 }, () => takeMemory(LENGTH).fill(7))
    for (const bytes of many) free(bytes)
    const used = Array.from({ length: 100 }, () => takeMemory(LENGTH)).filter(
      ([byte]) => byte === 7,
    )
    expect(used).toHaveLength(Math.floor((4 * 1024 * 1024) / LENGTH))
  })

  it('lets go of what was taken longest ago, when there is no more room', () => {
    const [old, fresh] = [LENGTH + 10, LENGTH + 20]
    free(takeMemory(old).fill(7))
    const many = Array.from({ length: 41 }, () => takeMemory(fresh).fill(7))
    for (const bytes of many) free(bytes)
    expect(takeMemory(fresh)[0]).toBe(7)
    expect(takeMemory(old)[0]).toBe(0)
  })

  it('remembers few lengths, so that odd ones of years do not add up', () => {
    const first = LENGTH + 100
    const bytes = takeMemory(first).fill(7)
    for (let length = first + 1; length <= first + 1000; length += 1) takeMemory(length)
    free(bytes)
    expect(takeMemory(first)[0]).toBe(0)
  })
})
