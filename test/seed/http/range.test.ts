import { expect, it } from 'vitest'
import { parseContentRange, parseRange } from '../../../seed/http/range.ts'
import { faultOf } from '../../protocol/owner.ts'

it.each([
  ['bytes=0-0', { start: 0, end: 0 }],
  ['bytes=3-', { start: 3, end: 99 }],
  ['bytes=3-500', { start: 3, end: 500 }],
  ['bytes=-10', { start: 90, end: 99 }],
  ['bytes=-1000', { start: 0, end: 99 }],
  ['bytes=-0', { start: 100, end: 99 }],
  ['bytes=100-', { start: 100, end: 100 }],
])('reads %s of 100 bytes', (header, span) => {
  expect(parseRange(header, 100)).toEqual(span)
})

it.each([
  undefined,
  '',
  'bytes=',
  'bytes=-',
  'bytes=5-4',
  'bytes=1-2,3-4',
  'items=1-2',
  'bytes=a-b',
  'bytes= 1-2',
  'bytes=1-99999999999999999',
])('takes %j for no range', (header) => {
  expect(parseRange(header, 100)).toBeUndefined()
})

it('reads where an upload belongs, in one way only', async () => {
  expect(parseContentRange('bytes 5-9/*')).toEqual({ start: 5, end: 9 })
  for (const header of [
    undefined,
    'bytes 5-9/10',
    'bytes=5-9',
    'bytes */*',
    'bytes 5-/*',
    'bytes -5-9/*',
  ]) {
    expect(await faultOf(() => parseContentRange(header))).toBe('REQUEST_INVALID')
  }
})
