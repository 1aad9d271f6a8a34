import { describe, expect, it } from 'vitest'
import { isReachableByPages, isSeedUrl, parseSeedUrl } from '../../../protocol/record/seed-url.ts'

const invalid: unknown = expect.objectContaining({ code: 'REQUEST_INVALID' })

describe('the address of a seed', () => {
  it.each([
    'https://seed.example',
    'https://seed.example:8443',
    'http://192.0.2.1:8080',
    'http://[::1]:8081',
    'https://seed.example/skerry/one',
    'https://xn--tnda.example',
  ])('is taken as it is: %s', (url) => {
    expect(isSeedUrl(url)).toBe(true)
    expect(parseSeedUrl(url)).toBe(url)
  })

  it.each([
    ['https://seed.example/', 'https://seed.example'],
    [' HTTPS://Seed.Example:443/a/../b/ ', 'https://seed.example/b'],
    ['https://ū.example', 'https://xn--zga.example'],
  ])('is brought to one spelling: %s', (typed, url) => {
    expect(isSeedUrl(typed)).toBe(false)
    expect(parseSeedUrl(typed)).toBe(url)
  })

  it.each([
    '',
    'seed.example',
    '//seed.example',
    'ftp://seed.example',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'wss://seed.example',
    'https://user@seed.example',
    'https://user:password@seed.example',
    'https://seed.example?',
    'https://seed.example?a=b',
    'https://seed.example#',
    'https://seed.example#a',
    'https://',
    `https://seed.example/${'a'.repeat(240)}`,
  ])('is refused: %s', (url) => {
    expect(isSeedUrl(url)).toBe(false)
    expect(() => parseSeedUrl(url)).toThrow(invalid)
  })

  it.each([
    ['https://seed.example', true],
    ['http://localhost:8081', true],
    ['http://de.localhost:8081', true],
    ['http://127.0.0.1:8081', true],
    ['http://127.8.9.10', true],
    ['http://[::1]:8081', true],
    ['http://seed.example', false],
    ['http://127.0.0.1.example', false],
    ['http://localhost.example', false],
    ['http://192.168.0.1', false],
  ])('says whether pages reach it: %s %s', (url, isReachable) => {
    expect(isReachableByPages(url)).toBe(isReachable)
  })
})
