import fc from 'fast-check'
import { createCipheriv, createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { concat, encodeUtf8, formatHex, isEqual, type Bytes } from '../../protocol/bytes.ts'
import { openChunk, sealChunk, type ChunkPlace } from '../../protocol/chunk.ts'
import { nobleEngine, webEngine } from '../../protocol/crypto/engine.ts'
import { nodeEngine } from '../../skerry-crypto.ts'
import { CHUNK_PLAIN_BYTES, SEALED_CHUNK_BYTES_MAX } from '../../protocol/limits.ts'
import { shareIdBytes } from '../../protocol/share-id.ts'
import { createOwner, faultOf, fixedBytes, flipped } from './owner.ts'

const owner = await createOwner('chunk')
const { keys, shareId } = owner
const final = (index: number): ChunkPlace => ({ shareId, index, isFinal: true })
const inner = (index: number): ChunkPlace => ({ shareId, index, isFinal: false })
const whole = new Uint8Array(CHUNK_PLAIN_BYTES).map((_, i) => i * 31)
const short = encodeUtf8('what the person shares')

describe.each([
  ['node', nodeEngine],
  ['web', webEngine],
  ['noble', nobleEngine],
])('a sealed chunk, by the %s engine', (_name, crypto) => {
  const refusal = (place: ChunkPlace, sealed: Bytes): Promise<string> =>
    faultOf(() => openChunk(keys, place, sealed, crypto))

  it('opens as it was sealed, 28 bytes shorter', async () => {
    const sealed = await sealChunk(keys, inner(0), whole, crypto)
    expect(sealed.length).toBe(SEALED_CHUNK_BYTES_MAX)
    expect(isEqual(await openChunk(keys, inner(0), sealed, crypto), whole)).toBe(true)
    const last = await sealChunk(keys, final(7), short, crypto)
    expect(last.length).toBe(short.length + 28)
    expect(await openChunk(keys, final(7), last, crypto)).toEqual(short)
  })

  it('is nonce, ciphertext and tag as SPEC says', async () => {
    const position = Uint8Array.of(0, 0, 1, 2, 1)
    const mac = createHmac('sha256', keys.nonceKey).update(position).update(short).digest()
    const nonce = mac.subarray(0, 12)
    const cipher = createCipheriv('aes-256-gcm', keys.chunkKey, nonce)
    cipher.setAAD(Buffer.concat([Buffer.from('skerry/1 chunk\0'), shareIdBytes(shareId), position]))
    const expected = Buffer.concat([
      nonce,
      cipher.update(short),
      cipher.final(),
      cipher.getAuthTag(),
    ])
    const sealed = await sealChunk(keys, final(258), short, crypto)
    expect(formatHex(sealed)).toBe(expected.toString('hex'))
  })

  it('does not open with any bit flipped', async () => {
    const sealed = await sealChunk(keys, final(0), short, crypto)
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      expect(await refusal(final(0), flipped(sealed, bit))).toBe('CHUNK_FORGED')
    }
  })

  it('does not open cut at any length, nor with a byte more', async () => {
    const sealed = await sealChunk(keys, final(0), short, crypto)
    for (let length = 0; length < sealed.length; length += 1) {
      expect(await refusal(final(0), sealed.slice(0, length))).toBe('CHUNK_FORGED')
    }
    expect(await refusal(final(0), concat(sealed, new Uint8Array(1)))).toBe('CHUNK_FORGED')
    const longest = await sealChunk(keys, final(0), whole, crypto)
    expect(await refusal(final(0), concat(longest, new Uint8Array(1)))).toBe('CHUNK_FORGED')
  })

  it('does not open at another place, or by another key', async () => {
    const sealed = await sealChunk(keys, final(3), whole, crypto)
    const other = await createOwner('another')
    expect(await refusal(final(4), sealed)).toBe('CHUNK_FORGED')
    expect(await refusal(inner(3), sealed)).toBe('CHUNK_FORGED')
    expect(await refusal({ ...final(3), shareId: other.shareId }, sealed)).toBe('CHUNK_FORGED')
    expect(await faultOf(() => openChunk(other.keys, final(3), sealed, crypto))).toBe(
      'CHUNK_FORGED',
    )
  })

  it.each([1, 2])(
    'is the same for the same bytes, and its nonce for no others, seed %i',
    async (seed) => {
      const bytes = fc.uint8Array({ minLength: 1, maxLength: 64 })
      const property = fc.asyncProperty(bytes, bytes, fc.nat(2 ** 23 - 1), async (a, b, index) => {
        const [one, two] = [Uint8Array.from(a), Uint8Array.from(b)]
        const sealed = await sealChunk(keys, final(index), one, crypto)
        expect(await sealChunk(keys, final(index), one.slice(), crypto)).toEqual(sealed)
        expect(await openChunk(keys, final(index), sealed, crypto)).toEqual(one)
        const other = await sealChunk(keys, final(index), two, crypto)
        const isSame = formatHex(one) === formatHex(two)
        expect(formatHex(other.subarray(0, 12)) === formatHex(sealed.subarray(0, 12))).toBe(isSame)
      })
      await fc.assert(property, { seed, numRuns: 40 })
      expect.hasAssertions()
    },
  )
})

describe('a chunk', () => {
  it('is whole unless it is the final one', async () => {
    await expect(sealChunk(keys, inner(0), short)).rejects.toThrow('bug')
    // As somebody could who has the keys and does not keep to the format.
    const sealed = await sealChunk(keys, final(0), short)
    expect(await faultOf(() => openChunk(keys, inner(0), sealed))).toBe('CHUNK_FORGED')
  })

  it('is never empty or too long, and never beyond the last index', async () => {
    const over = new Uint8Array(CHUNK_PLAIN_BYTES + 1)
    await expect(sealChunk(keys, final(0), new Uint8Array())).rejects.toThrow('bug')
    await expect(sealChunk(keys, final(0), over)).rejects.toThrow('bug')
    await expect(sealChunk(keys, final(2 ** 23), short)).rejects.toThrow('bug')
    await expect(sealChunk(keys, final(-1), short)).rejects.toThrow('bug')
  })

  it('opens from a view into a longer buffer', async () => {
    const sealed = await sealChunk(keys, final(0), short)
    const buffer = concat(fixedBytes('before'), sealed, fixedBytes('after'))
    const view = buffer.subarray(32, 32 + sealed.length)
    expect(await openChunk(keys, final(0), view)).toEqual(short)
  })
})
