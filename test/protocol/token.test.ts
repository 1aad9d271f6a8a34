import { base64urlnopad } from '@scure/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concat, type Bytes } from '../../protocol/bytes.ts'
import { formatShareId } from '../../protocol/share-id.ts'
import {
  decodeToken,
  encodeToken,
  formatTokenUrl,
  parseTokenUrl,
  type Token,
} from '../../protocol/token.ts'
import { faultOf, fixedBytes, flipped } from './owner.ts'

const shareId = formatShareId(fixedBytes('share', 20))
const link: Token = { kind: 'link', secret: fixedBytes('S', 16), shareId }
const owner: Token = {
  kind: 'owner',
  ownerSeed: fixedBytes('owner'),
  secret: fixedBytes('S', 16),
  shareId,
}
const helper: Token = { kind: 'helper', helpKey: fixedBytes('help'), shareId }
const tokens = [link, owner, helper]
const textOf = (token: Token): string => base64urlnopad.encode(encodeToken(token))
const messageOf = (text: string): string => {
  try {
    parseTokenUrl(text)
  } catch (error) {
    return String(error)
  }
  return 'none'
}

describe.each(tokens)('a $kind token', (token) => {
  const text = textOf(token)

  it('comes back as it was, alone or in a URL', () => {
    expect(parseTokenUrl(text)).toEqual({ token, origin: undefined })
    const url = formatTokenUrl('https://skerry.example:8443', token)
    expect(parseTokenUrl(url)).toEqual({ token, origin: 'https://skerry.example:8443' })
  })

  it('survives spaces around it and a percent-encoded #', () => {
    expect(parseTokenUrl(`  https://host/%23${text}\n`)).toEqual({ token, origin: 'https://host' })
  })

  it('is refused with any one bit flipped', async () => {
    const bytes = encodeToken(token)
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      expect(await faultOf(() => decodeToken(flipped(bytes, bit)))).toBe('LINK_INVALID')
    }
  })

  it('is refused with any one letter changed, spare bits included', async () => {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const last = [...letters].filter((letter) => letter !== text.at(-1))
    for (const letter of last) {
      expect(await faultOf(() => parseTokenUrl(text.slice(0, -1) + letter))).toBe('LINK_INVALID')
    }
  })

  it('is refused cut at any place', async () => {
    for (let length = 0; length < text.length; length += 1) {
      expect(await faultOf(() => parseTokenUrl(text.slice(0, length)))).toBe('LINK_INVALID')
    }
    expect(messageOf(text.slice(0, -4))).toContain('cut off')
    expect(messageOf(`${text}${'A'.repeat(4)}`)).toMatch(/extra characters|changed/)
  })

  it('is refused with anything behind it', async () => {
    for (const more of ['A', '=', '==', 'AAAA', '#', '.', text]) {
      expect(await faultOf(() => parseTokenUrl(text + more))).toBe('LINK_INVALID')
    }
    expect(await faultOf(() => decodeToken(concat(encodeToken(token), Uint8Array.of(0))))).toBe(
      'LINK_INVALID',
    )
  })

  it.each([1, 2])('is refused with any bytes exchanged, seed %i', async (seed) => {
    const bytes = encodeToken(token)
    const property = fc.asyncProperty(
      fc.uint8Array({ minLength: 1, maxLength: 8 }),
      fc.nat(60),
      async (part, at) => {
        const changed: Bytes = bytes.slice()
        changed.set(part.slice(0, Math.max(0, changed.length - at)), Math.min(at, changed.length))
        const isSame = changed.every((byte, i) => byte === bytes[i])
        expect(await faultOf(() => decodeToken(changed))).toBe(isSame ? 'none' : 'LINK_INVALID')
      },
    )
    await fc.assert(property, { seed, numRuns: 100 })
    expect.hasAssertions()
  })
})

describe('a token', () => {
  it('is as long as SPEC says', () => {
    expect(tokens.map((token) => encodeToken(token).length)).toEqual([39, 71, 55])
    expect(textOf(link)).toHaveLength(52)
  })

  it('of an unknown kind is refused', async () => {
    for (const kind of [0, 4, 255]) {
      const bytes = Uint8Array.from(encodeToken(link))
      bytes[0] = kind
      expect(await faultOf(() => decodeToken(bytes))).toBe('LINK_INVALID')
    }
  })

  it('says that there is none where there is none', () => {
    for (const text of ['', ' ', 'https://host/', 'https://host/#']) {
      expect(messageOf(text)).toMatch(/no link|not a Skerry link/)
    }
    expect(messageOf('https://host/#')).toContain('no link here')
  })

  it('names no secret when it is refused', () => {
    const text = textOf(owner)
    expect(messageOf(`${text.slice(0, 50)}!${text.slice(50)}`)).not.toContain(text.slice(0, 8))
  })

  it('takes an origin from http and https only', () => {
    expect(parseTokenUrl(`javascript:alert(1)//#${textOf(link)}`).origin).toBeUndefined()
    expect(parseTokenUrl(`skerry.example#${textOf(link)}`).origin).toBeUndefined()
  })
})
