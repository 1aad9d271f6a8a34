import { describe, expect, it } from 'vitest'
import { formatHex, parseHex, type Bytes } from '../../../protocol/bytes.ts'
import { engine, nobleEngine, webEngine } from '../../../protocol/crypto/engine.ts'
import { nodeEngine } from '../../../skerry-crypto.ts'
import { fixedBytes, flipped } from '../owner.ts'

const hex = (text: string): Bytes => parseHex(text, text.length / 2) ?? new Uint8Array()

/** Test case 16 of the GCM specification (McGrew and Viega), 256-bit key, additional data. */
const gcm = {
  key: hex('feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308'),
  nonce: hex('cafebabefacedbaddecaf888'),
  aad: hex('feedfacedeadbeeffeedfacedeadbeefabaddad2'),
  plain: hex(
    'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
  ),
  sealed:
    '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662' +
    '76fc6ece0f4e1768cddf8853bb2d551b',
}

describe.each([
  ['node', nodeEngine],
  ['web', webEngine],
  ['noble', nobleEngine],
])('the %s engine', (_name, crypto) => {
  it('computes SHA-256 of FIPS 180-4', async () => {
    const abc = Uint8Array.of(0x61, 0x62, 0x63)
    expect(formatHex(await crypto.sha256(abc))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    )
  })

  it('computes HMAC-SHA-256 of RFC 4231, test 1', async () => {
    const data = Uint8Array.from([...'Hi There'].map((letter) => letter.charCodeAt(0)))
    expect(formatHex(await crypto.hmacSha256(new Uint8Array(20).fill(0x0b), data))).toBe(
      'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    )
  })

  it('seals and opens AES-256-GCM as specified', async () => {
    const { key, nonce, aad, plain, sealed } = gcm
    expect(formatHex(await crypto.gcmSeal(key, nonce, aad, plain))).toBe(sealed)
    expect(await crypto.gcmOpen(key, nonce, aad, hex(sealed))).toEqual(plain)
  })

  it('opens nothing that has one bit flipped, or is cut', async () => {
    const { key, nonce, aad, sealed } = gcm
    const bytes = hex(sealed)
    const refused = [
      ...Array.from({ length: 19 }, (_, i) =>
        crypto.gcmOpen(key, nonce, aad, flipped(bytes, i * 32)),
      ),
      crypto.gcmOpen(flipped(key, 3), nonce, aad, bytes),
      crypto.gcmOpen(key, flipped(nonce, 3), aad, bytes),
      crypto.gcmOpen(key, nonce, flipped(aad, 3), bytes),
      crypto.gcmOpen(key, nonce, aad, bytes.slice(0, -1)),
      crypto.gcmOpen(key, nonce, aad, bytes.slice(0, 15)),
    ]
    const settled = await Promise.allSettled(refused)
    expect(settled.map(({ status }) => status)).toEqual(settled.map(() => 'rejected'))
  })

  it('leaves what it was given as it was', async () => {
    const plain = fixedBytes('plain')
    const before = plain.slice()
    const [key, nonce] = [fixedBytes('key'), fixedBytes('nonce', 12)]
    const sealed = await crypto.gcmSeal(key, nonce, new Uint8Array(), plain)
    const copy = sealed.slice()
    await crypto.gcmOpen(key, nonce, new Uint8Array(), sealed)
    expect([plain, sealed]).toEqual([before, copy])
  })
})

describe('all engines', () => {
  it('make the same bytes of a whole chunk', async () => {
    const plain = new Uint8Array(262_100).map((_, i) => i * 7)
    const [key, nonce, aad] = [fixedBytes('key'), fixedBytes('nonce', 12), fixedBytes('aad')]
    const [node, web, noble] = await Promise.all(
      [nodeEngine, webEngine, nobleEngine].map(async (crypto) => {
        const sealed = await crypto.gcmSeal(key, nonce, aad, plain)
        const opened = await crypto.gcmOpen(key, nonce, aad, sealed)
        const hashes = [await crypto.sha256(sealed), await crypto.hmacSha256(key, sealed)]
        return [sealed, opened, ...hashes].map(formatHex)
      }),
    )
    expect(web).toEqual(noble)
    expect(node).toEqual(noble)
  })

  it('are told apart by what the platform has: the fast one wherever it can be', () => {
    expect(engine).toEqual(webEngine)
  })
})
