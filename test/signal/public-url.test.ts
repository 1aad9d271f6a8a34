import { describe, expect, it } from 'vitest'
import { isPublicUrl } from '../../signal/public-url.ts'

describe('E02: an address that a seed may have', () => {
  it.each([
    'https://seed.example',
    'http://seed.example.:8443/base',
    'http://8.8.8.8',
    'https://[2606:4700::1111]',
    'https://xn--kste-0ra.example',
  ])('is out in the internet: %s', (url) => {
    expect(isPublicUrl(url)).toBe(true)
  })

  it.each([
    'http://localhost:8080',
    'http://LOCALHOST.',
    'http://a.localhost',
    'http://router',
    'http://printer.local',
    'http://metadata.google.internal',
    'http://127.0.0.1',
    'http://0x7f.1',
    'http://2130706433',
    'http://0.0.0.0',
    'http://10.1.2.3',
    'http://100.64.0.1',
    'http://169.254.169.254',
    'http://172.31.255.255',
    'http://192.168.1.1',
    'http://224.0.0.1',
    'http://255.255.255.255',
    'http://[::]',
    'http://[::1]',
    'http://[fe80::1]',
    'http://[fd00::1]',
    'http://[::ffff:127.0.0.1]',
    'http://[::ffff:8.8.8.8]',
    'http://[64:ff9b::7f00:1]',
    'http://[2002:7f00:1::]',
    'http://[2001:db8::1]',
    'not a url',
  ])('is not %s', (url) => {
    expect(isPublicUrl(url)).toBe(false)
  })
})
