import { expect, it } from 'vitest'
import { free } from '../../protocol/free.ts'

it('empties bytes that own their memory', () => {
  const bytes = new Uint8Array(1000)
  free(bytes)
  expect(bytes.length).toBe(0)
})

it('leaves a part of a larger buffer, and what threads share, alone', () => {
  const whole = new Uint8Array(1000)
  free(whole.subarray(1))
  expect(whole.length).toBe(1000)
  const shared = new Uint8Array(new SharedArrayBuffer(10))
  free(shared)
  expect(shared.length).toBe(10)
})
