import { expect, it } from 'vitest'
import { isOperator, parseOperator } from '../../../protocol/record/operator.ts'
import { isTakedownReason } from '../../../protocol/record/takedown.ts'

it.each(['Tūī Hosting', 'Küste e. V.', '北極星', 'شركة', '👩‍🌾 Farm', 'a'.repeat(64)])(
  'takes the name of an operator as it is: %s',
  (name) => {
    expect(isOperator(name)).toBe(true)
    expect(parseOperator(name)).toBe(name)
  },
)

it('trims a typed name and brings it to NFC, so that one operator is spelt one way', () => {
  expect(parseOperator('  Ku\u0308ste\n')).toBe('K\u00FCste')
})

it.each([
  '',
  '  ',
  'a'.repeat(65),
  'ü'.repeat(33),
  'a\nb',
  'a\u0000',
  'a\u202Eb',
  'a\u2066b',
  'a\uD800',
])('refuses the name of an operator: %j', (name) => {
  expect(isOperator(name)).toBe(false)
  expect(() => parseOperator(name)).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID' }))
})

it('takes an empty reason for a takedown, and none over the limit', () => {
  expect(isTakedownReason('')).toBe(true)
  expect(isTakedownReason('r'.repeat(200))).toBe(true)
  expect(isTakedownReason('r'.repeat(201))).toBe(false)
})
