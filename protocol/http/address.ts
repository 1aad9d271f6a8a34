const V4_MAPPED = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i

/** Nobody knows any more where a connection came from that was reset before it was asked. */
const GONE = 'gone'

/**
 * What counts as one address: an IPv4 address, or the /64 that one IPv6 customer has at least.
 *
 * @param address - Undefined where the connection is gone: frameworks say that it never is.
 */
export function addressKey(address: string | undefined): string {
  if (address === undefined) return GONE
  const plain = address.replace(V4_MAPPED, '')
  return plain.includes(':') ? `${hextets(plain).slice(0, 4).join(':')}::/64` : plain
}

/** Enough of an address for an operator to see where load comes from, too little to tell who it is. */
export function truncatedAddress(address: string | undefined): string {
  if (address === undefined) return GONE
  const plain = address.replace(V4_MAPPED, '')
  if (plain.includes(':')) return `${hextets(plain).slice(0, 3).join(':')}::/48`
  return plain.replace(/\.\d+$/, '.0/24')
}

function hextets(address: string): string[] {
  const [head = '', tail] = address.toLowerCase().split('%', 1).join('').split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0')
  return [...before, ...zeros, ...after].map((part) => part.replace(/^0+(?=.)/, ''))
}
