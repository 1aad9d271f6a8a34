import { afterEach, describe, expect, it, vi } from 'vitest'
import { encodeUtf8, type Bytes } from '../../protocol/bytes.ts'
import { openIndex } from '../../protocol/share-index.ts'
import { checkStream } from '../../protocol/stream.ts'
import { checkpointOf, createOwner, faultOf, fixedHashes } from '../protocol/owner.ts'
import { sealJson } from '../protocol/sealed-json.ts'

const MIB = 2 ** 20
const owner = await createOwner('B06')
const open = async (json: string | Bytes): Promise<string> => {
  const sealed = await sealJson(owner.keys, owner.shareId, json)
  return faultOf(() => openIndex(owner.keys, owner.shareId, sealed))
}
const indexOf = (sizes: readonly number[]): string =>
  JSON.stringify({ v: 1, entries: sizes.map((size, i) => ({ path: `f${i}`, size })) })

/** `text` over and over, inside an index that says it has so many entries. */
function bomb(text: string, sizeBytes: number, fuse = ''): Bytes {
  const [head, tail] = [encodeUtf8(`{"v":1,"entries":[${fuse}`), encodeUtf8(']}')]
  const bytes = new Uint8Array(sizeBytes).fill(0x20)
  const piece = encodeUtf8(text)
  bytes.set(head)
  const end = sizeBytes - tail.length - piece.length
  for (let at = head.length; at < end; at += piece.length) bytes.set(piece, at)
  bytes.set(tail, sizeBytes - tail.length)
  return bytes
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('B06: an index bomb', () => {
  it.each([
    ['entries by the million', '{},'],
    ['arrays inside arrays', '['],
    ['objects inside objects', '{"a":'],
    ['numbers', '1,'],
    ['entries with a million keys', '"a":1,'],
  ])('of %s is refused before it is parsed', async (_what, text) => {
    const parse = vi.spyOn(JSON, 'parse')
    expect(await open(bomb(text, 8 * MIB))).toBe('INDEX_INVALID')
    expect(parse.mock.calls.length).toBe(0)
  })

  it('over 32 MiB is refused before it is decrypted', async () => {
    const gcmOpen = vi.fn<() => Promise<never>>()
    const crypto = { sha256: gcmOpen, hmacSha256: gcmOpen, gcmSeal: gcmOpen, gcmOpen }
    const sealed = new Uint8Array(32 * MIB + 1)
    expect(await faultOf(() => openIndex(owner.keys, owner.shareId, sealed, crypto))).toBe(
      'INDEX_INVALID',
    )
    expect(gcmOpen).not.toHaveBeenCalled()
  })

  it('of 100,001 entries is refused, and 100,000 are not', async () => {
    expect(await open(indexOf(Array.from({ length: 100_000 }, () => 1)))).toBe('none')
    expect(await open(indexOf(Array.from({ length: 100_001 }, () => 1)))).toBe('INDEX_INVALID')
  })

  it('hides no bomb in a string that a careless scanner would take for the end', async () => {
    const parse = vi.spyOn(JSON, 'parse')
    // Who takes the escaped quote for the end sees every comma behind it inside a string.
    expect(await open(bomb('"",', 8 * MIB, String.raw`"\"",`))).toBe('INDEX_INVALID')
    expect(parse.mock.calls.length).toBe(0)
  })
})

describe('B06: an index with false sizes', () => {
  it('of more than a share can hold is refused', async () => {
    const most = 262_100 * 2 ** 23
    expect(await open(indexOf([most + 1]))).toBe('INDEX_INVALID')
    expect(await open(indexOf([Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]))).toBe(
      'INDEX_INVALID',
    )
    // It is the padded stream that has to fit, or its last chunk has no index.
    expect(await open(indexOf([most - 1]))).toBe('INDEX_INVALID')
    expect(await open(indexOf([2 ** 40]))).toBe('none')
  })

  it('is refused where the published chunks are of another length', async () => {
    const sealed = { state: 'sealed', lastChunkBytes: 4096 } as const
    const one = checkpointOf(owner, fixedHashes(1), sealed)
    const fits = (...sizes: number[]): Promise<string> =>
      faultOf(() =>
        checkStream(
          one,
          sizes.map((size, i) => ({ path: `${i}`, size })),
        ),
      )
    expect(await fits(4096)).toBe('none')
    expect(await fits(2 ** 40)).toBe('CHECKPOINT_CONFLICT')
    expect(await fits(4096, 1)).toBe('CHECKPOINT_CONFLICT')
  })
})
