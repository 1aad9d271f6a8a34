import { base64urlnopad } from '@scure/base'
import { describe, expect, it } from 'vitest'
import { chooseNetwork } from '../../../client/cli/choose-network.ts'
import { publicKeyOf } from '../../../protocol/crypto/ed25519.ts'
import { fixedBytes } from '../../protocol/owner.ts'

const key = publicKeyOf(fixedBytes('network'))
const text = base64urlnopad.encode(key)
const environment = { SKERRY_NETWORK: 'https://c.example' }

const choose = (flag?: string, origin?: string): string =>
  chooseNetwork(flag, origin, environment).url

describe('chooseNetwork', () => {
  it('takes --network, else the host of the link, else SKERRY_NETWORK', () => {
    expect(choose('https://a.example', 'https://b.example')).toBe('https://a.example')
    expect(choose(undefined, 'https://b.example')).toBe('https://b.example')
    expect(choose()).toBe('https://c.example')
    expect(choose(' http://127.0.0.1:8080/any/path ')).toBe('http://127.0.0.1:8080')
  })

  it('pins the key that is named', () => {
    expect(chooseNetwork(`https://a.example#${text}`, undefined, {}).pinned).toEqual(key)
    expect(chooseNetwork('https://a.example', undefined, {}).pinned).toBeUndefined()
    expect(chooseNetwork('https://a.example#', undefined, {}).pinned).toBeUndefined()
  })

  it.each([
    [undefined],
    [''],
    ['skerry.example'],
    ['ftp://skerry.example'],
    ['https://a.example#abc'],
    [`https://a.example#${text}x`],
    [`https://a.example#${base64urlnopad.encode(new Uint8Array(32))}`],
  ])('refuses %s', (flag) => {
    expect(() => chooseNetwork(flag, undefined, {})).toThrow(
      expect.objectContaining({ code: 'USAGE' }),
    )
  })
})
