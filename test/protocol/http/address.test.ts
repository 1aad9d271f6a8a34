import { expect, it } from 'vitest'
import { addressKey, truncatedAddress } from '../../../protocol/http/address.ts'

it.each([
  ['192.0.2.7', '192.0.2.7', '192.0.2.0/24'],
  ['::ffff:192.0.2.7', '192.0.2.7', '192.0.2.0/24'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64', '2001:db8:1::/48'],
  ['2001:db8::1', '2001:db8:0:0::/64', '2001:db8:0::/48'],
  ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64', '2001:db8:1::/48'],
  ['::1', '0:0:0:0::/64', '0:0:0::/48'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64', 'fe80:0:0::/48'],
])('counts %s as %s and logs it as %s', (address, key, truncated) => {
  expect(addressKey(address)).toBe(key)
  expect(truncatedAddress(address)).toBe(truncated)
})

it('C05: stands for a connection that was reset before it was asked, which ends no server', () => {
  expect(addressKey(undefined)).toBe('gone')
  expect(truncatedAddress(undefined)).toBe('gone')
})
