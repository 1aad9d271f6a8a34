import fc from 'fast-check'
import { createCipheriv, createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { concat, encodeUtf8, formatHex, type Bytes } from '../../protocol/bytes.ts'
import { nobleEngine, webEngine } from '../../protocol/crypto/engine.ts'
import { openIndex, sealIndex, totalBytesOf, type IndexEntry } from '../../protocol/share-index.ts'
import { shareIdBytes } from '../../protocol/share-id.ts'
import { createOwner, faultOf, flipped } from './owner.ts'
import { sealJson } from './sealed-json.ts'

const { keys, shareId } = await createOwner('index')
const entries: IndexEntry[] = [
  { path: 'Reise/Tūī.jpg', size: 262_101, type: 'image/jpeg', mtimeMs: 1_767_225_600_000 },
  { path: 'Reise/leer/', size: 0 },
  { path: 'run.sh', size: 1, executable: true },
]
const json = (value: unknown): Promise<string> => refusal(JSON.stringify(value))
const refusal = (text: string | Bytes, isPadded = false): Promise<string> =>
  faultOf(async () => openIndex(keys, shareId, await sealJson(keys, shareId, text, { isPadded })))
const withEntry = (change: object): Promise<string> =>
  json({ v: 1, entries: [{ path: 'a', size: 1, ...change }] })

describe.each([
  ['web', webEngine],
  ['noble', nobleEngine],
])('a sealed index, by the %s engine', (_name, crypto) => {
  it('opens as it was sealed', async () => {
    const sealed = await sealIndex(keys, shareId, entries, crypto)
    expect(await openIndex(keys, shareId, sealed, crypto)).toEqual(entries)
    expect(sealed.length).toBe(4096 + 28)
  })

  it('is nonce, ciphertext and tag of JSON padded with spaces', async () => {
    const plain = Buffer.alloc(4096, ' ')
    plain.write(JSON.stringify({ v: 1, entries }))
    const label = Buffer.from('skerry/1 index\0')
    const mac = createHmac('sha256', keys.nonceKey).update(label).update(plain).digest()
    const nonce = mac.subarray(0, 12)
    const cipher = createCipheriv('aes-256-gcm', keys.indexKey, nonce)
    cipher.setAAD(Buffer.concat([label, shareIdBytes(shareId)]))
    const expected = Buffer.concat([
      nonce,
      cipher.update(plain),
      cipher.final(),
      cipher.getAuthTag(),
    ])
    const sealed = await sealIndex(keys, shareId, entries, crypto)
    expect(formatHex(sealed)).toBe(expected.toString('hex'))
  })

  it('does not open with any bit flipped, in another share, or cut', async () => {
    const sealed = await sealIndex(keys, shareId, entries, crypto)
    const open = (bytes: Bytes): Promise<string> =>
      faultOf(() => openIndex(keys, shareId, bytes, crypto))
    for (let bit = 0; bit < sealed.length * 8; bit += 337) {
      expect(await open(flipped(sealed, bit))).toBe('CHUNK_FORGED')
    }
    const other = await createOwner('another')
    expect(await faultOf(() => openIndex(keys, other.shareId, sealed))).toBe('CHUNK_FORGED')
    expect(await faultOf(() => openIndex(other.keys, shareId, sealed))).toBe('CHUNK_FORGED')
    expect(await open(sealed.slice(0, -1))).toBe('CHUNK_FORGED')
    expect(await open(sealed.slice(0, 28))).toBe('INDEX_INVALID')
    expect(await open(concat(sealed, new Uint8Array(1)))).toBe('CHUNK_FORGED')
  })
})

describe('an index', () => {
  it('seals to the same bytes, in whatever order the keys were given', async () => {
    const turned = entries.map((entry) => {
      const { path, size, ...hints } = entry
      return { ...hints, size, path }
    })
    expect(await sealIndex(keys, shareId, turned)).toEqual(await sealIndex(keys, shareId, entries))
  })

  it('hides its length among others', async () => {
    const many = Array.from({ length: 200 }, (_, i) => ({ path: `file ${i}`, size: i }))
    const more = [...many, { path: 'one more', size: 1 }]
    const lengths = await Promise.all(
      [many, more].map(async (index) => (await sealIndex(keys, shareId, index)).length),
    )
    expect(lengths[0]).toBe(lengths[1])
  })

  it('has exactly the keys of the format, and no others', async () => {
    expect(await json({ v: 1, entries })).toBe('none')
    expect(await withEntry({})).toBe('none')
    const wrong: unknown[] = [
      undefined,
      [],
      'text',
      7,
      {},
      { v: 1 },
      { v: 2, entries },
      { v: '1', entries },
      { v: 1, entries: [] },
      { v: 1, entries: {} },
      { v: 1, entries: [[]] },
      { v: 1, entries, more: 1 },
      { entries },
    ]
    for (const value of wrong) expect(await json(value ?? 0)).toBe('INDEX_INVALID')
    for (const change of [{ offset: 0 }, { executable: 1 }, { type: 5 }, { mtimeMs: '5' }]) {
      expect(await withEntry(change)).toBe('INDEX_INVALID')
    }
    expect(await refusal('{"v":1,"entries":[{"path":"a","size":1,"__proto__":{}}]}')).toBe(
      'INDEX_INVALID',
    )
    expect(await refusal('{"v":1,"entries":[{"path":"a","size":1}],"__proto__":{}}')).toBe(
      'INDEX_INVALID',
    )
    expect(await refusal('{"v":1,"entries":[{"__proto__":{"path":"a","size":1}}]}')).toBe(
      'INDEX_INVALID',
    )
  })

  it('has sizes and times that are whole numbers', async () => {
    for (const size of [-1, 0.5, 2 ** 53, '1', undefined]) {
      expect(await withEntry({ size })).toBe('INDEX_INVALID')
    }
    expect(await refusal('{"v":1,"entries":[{"path":"a","size":1e400}]}')).toBe('INDEX_INVALID')
    expect(await withEntry({ mtimeMs: -1 })).toBe('INDEX_INVALID')
    expect(await withEntry({ mtimeMs: 2 ** 53 })).toBe('INDEX_INVALID')
  })

  it('has paths of bounded length and depth; an empty folder has no bytes', async () => {
    expect(await withEntry({ path: '' })).toBe('INDEX_INVALID')
    expect(await withEntry({ path: 'ä'.repeat(2049) })).toBe('INDEX_INVALID')
    expect(await withEntry({ path: 'ä'.repeat(2048) })).toBe('none')
    expect(await withEntry({ path: `${'d/'.repeat(32)}file` })).toBe('none')
    expect(await withEntry({ path: `${'d/'.repeat(33)}file` })).toBe('INDEX_INVALID')
    expect(await withEntry({ path: 'd/'.repeat(32), size: 0 })).toBe('none')
    expect(await withEntry({ path: 'd/'.repeat(33), size: 0 })).toBe('INDEX_INVALID')
    expect(await withEntry({ path: 'd/', size: 1 })).toBe('INDEX_INVALID')
  })

  it('is refused unless it is UTF-8, and JSON from its first byte on', async () => {
    const good = JSON.stringify({ v: 1, entries })
    for (const text of ['', '{', `${good}}`, `\uFEFF${good}`, `${good},`]) {
      expect(await refusal(text)).toBe('INDEX_INVALID')
    }
    const bytes = concat(
      encodeUtf8('{"v":1,"entries":[{"path":"'),
      Uint8Array.of(0xc3),
      encodeUtf8('","size":1}]}'),
    )
    expect(await refusal(bytes)).toBe('INDEX_INVALID')
  })

  it('is refused with any other padding', async () => {
    const text = JSON.stringify({ v: 1, entries })
    const bytes = encodeUtf8(text)
    const padded = (length: number, byte = 0x20): Bytes => {
      const plain = new Uint8Array(length).fill(byte)
      plain.set(bytes.subarray(0, length))
      return plain
    }
    expect(await refusal(padded(4096), true)).toBe('none')
    for (const length of [bytes.length, 4095, 4097, 4352, 8192]) {
      expect(await refusal(padded(length), true)).toBe('INDEX_INVALID')
    }
    expect(await refusal(padded(4096, 0), true)).toBe('INDEX_INVALID')
    expect(await refusal(padded(4096, 0x0a), true)).toBe('INDEX_INVALID')
  })

  it('names no path in an error', async () => {
    const path = 'secret-name/'
    const sealed = sealIndex(keys, shareId, [{ path, size: 5 }])
    await expect(sealed).rejects.toThrow(expect.not.stringContaining('secret'))
    await expect(sealed).rejects.toThrow('entries')
  })

  it('adds up the bytes of its files', () => {
    expect(totalBytesOf(entries)).toBe(262_102)
  })

  it.each([1, 2])('comes back from any names, seed %i', async (seed) => {
    const entry = fc.record(
      {
        path: fc
          .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
          .map((name) => `x/${name}x`),
        size: fc.nat(2 ** 31),
        type: fc.string({ maxLength: 20 }),
        mtimeMs: fc.maxSafeNat(),
        executable: fc.boolean(),
      },
      { requiredKeys: ['path', 'size'] },
    )
    const lists = fc.array(entry, { minLength: 1, maxLength: 20 })
    const property = fc.asyncProperty(lists, async (index) => {
      const sealed = await sealIndex(keys, shareId, index)
      const opened = await openIndex(keys, shareId, sealed)
      expect(opened).toEqual(index)
      expect(await sealIndex(keys, shareId, opened)).toEqual(sealed)
    })
    await fc.assert(property, { seed, numRuns: 25 })
    expect.hasAssertions()
  })
})
