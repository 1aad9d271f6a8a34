import { expect, it } from 'vitest'
import { parseJurisdiction } from '../../protocol/jurisdiction.ts'
import { parseSeedId, seedIdBytes, seedIdOf } from '../../protocol/seed-id.ts'
import { formatShareId, parseShareId, shareIdBytes } from '../../protocol/share-id.ts'

const invalid: unknown = expect.objectContaining({ code: 'REQUEST_INVALID' })
const key = Uint8Array.from({ length: 32 }, (_, i) => i)

it('names a seed by its key, and back', () => {
  expect(seedIdOf(key)).toBe('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f')
  expect(seedIdBytes(parseSeedId(seedIdOf(key)))).toEqual(key)
})

it('names a share by 20 bytes, and back', () => {
  const bytes = key.slice(0, 20)
  expect(shareIdBytes(parseShareId(formatShareId(bytes)))).toEqual(bytes)
})

it.each(['', 'ab', 'AB'.repeat(32), 'ab'.repeat(33), `${'ab'.repeat(31)}a/`, '../'.repeat(21)])(
  'E05: takes nothing but 64 digits of lower-case hex for the id of a seed: %j',
  (text) => {
    expect(() => parseSeedId(text)).toThrow(invalid)
  },
)

it.each(['', 'ab', 'AB'.repeat(20), 'ab'.repeat(21), `${'ab'.repeat(19)}a/`, '../'.repeat(13)])(
  'E05: takes nothing but 40 digits of lower-case hex for the id of a share: %j',
  (text) => {
    expect(() => parseShareId(text)).toThrow(invalid)
  },
)

it.each(['', 'N', 'nz', 'NZL', 'N1', 'Ń1', ' NZ', 'NZ\n'])('takes no jurisdiction %j', (text) => {
  expect(() => parseJurisdiction(text)).toThrow(invalid)
})
