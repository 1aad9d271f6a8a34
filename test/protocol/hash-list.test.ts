import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { formatHex } from '../../protocol/bytes.ts'
import {
  extentChunkCount,
  extentCountOf,
  extentHashOf,
  rootOf,
  splitExtents,
  splitHashes,
} from '../../protocol/hash-list.ts'
import { extentsOf, fixedHashes } from './owner.ts'

const node = (...parts: (string | Uint8Array)[]): string => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

describe('the hash list', () => {
  it('hashes an extent with its number', () => {
    const hashes = fixedHashes(16)
    const expected = node('skerry/1 extent\0', Uint8Array.of(0, 0, 1, 4), hashes)
    expect(formatHex(extentHashOf(260, hashes))).toBe(expected)
    expect(extentHashOf(0, hashes)).not.toEqual(extentHashOf(1, hashes))
  })

  it('has a root over the chunk count and all extents', () => {
    const hashes = extentsOf(fixedHashes(17)).map(({ hash }) => hash)
    const expected = node('skerry/1 root\0', Uint8Array.of(0, 0, 0, 17), ...hashes)
    expect(formatHex(rootOf(17, hashes))).toBe(expected)
    expect(rootOf(18, hashes)).not.toEqual(rootOf(17, hashes))
  })

  it('has a root of its own while it is empty', () => {
    expect(formatHex(rootOf(0, []))).toBe(node('skerry/1 root\0', new Uint8Array(4)))
  })

  it('takes the half million extents of the largest share', () => {
    const hash = new Uint8Array(32)
    const all = Array.from({ length: 2 ** 19 }, () => hash)
    const expected = node('skerry/1 root\0', Uint8Array.of(0, 0x80, 0, 0), new Uint8Array(2 ** 24))
    expect(formatHex(rootOf(2 ** 23, all))).toBe(expected)
  })

  it('counts extents of 16 chunks, the last one shorter', () => {
    expect([0, 1, 16, 17, 32].map(extentCountOf)).toEqual([0, 1, 1, 2, 2])
    expect([0, 1, 2].map((extent) => extentChunkCount(extent, 17))).toEqual([16, 1, 0])
  })

  it('is cut into extents and into hashes without a rest', () => {
    const hashes = fixedHashes(33)
    expect(splitExtents(hashes).map(({ length }) => length)).toEqual([512, 512, 32])
    expect(splitHashes(hashes)).toHaveLength(33)
    expect(splitHashes(hashes)[32]).toEqual(splitExtents(hashes)[2])
    expect([splitExtents(fixedHashes(0)), splitHashes(fixedHashes(0))]).toEqual([[], []])
  })
})
