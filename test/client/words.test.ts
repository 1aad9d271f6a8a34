import { expect, it } from 'vitest'
import { formatBytes } from '../../client/words.ts'

it.each([
  [0, '0 bytes'],
  [532.3333, '532 bytes'],
  [999.7, '1.00 kB'],
  [1000, '1.00 kB'],
  [999_499, '999 kB'],
  [999_700, '1.00 MB'],
  [999_700_000, '1.00 GB'],
  [1.5e9, '1.50 GB'],
  [999.7e9, '1.00 TB'],
  [4.25e15, '4250 TB'],
])('%d bytes are written as a person reads them: %s', (bytes, words) => {
  expect(formatBytes(bytes)).toBe(words)
})
