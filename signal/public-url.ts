import { BlockList, isIP } from 'node:net'

const privateAddresses = new BlockList()
for (const subnet of [
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24',
  '192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24',
  '224.0.0.0/4 240.0.0.0/4',
].flatMap((line) => line.split(' '))) {
  const [address = '', bits] = subnet.split('/')
  privateAddresses.addSubnet(address, Number(bits), 'ipv4')
}

// Of IPv6, what is global unicast, without documentation, Teredo and 6to4, which may lead to a private IPv4.
const globalAddresses = new BlockList()
globalAddresses.addSubnet('2000::', 3, 'ipv6')
const translatedAddresses = new BlockList()
translatedAddresses.addSubnet('2001::', 32, 'ipv6')
translatedAddresses.addSubnet('2001:db8::', 32, 'ipv6')
translatedAddresses.addSubnet('2002::', 16, 'ipv6')

/**
 * True for a base URL whose host may be out in the internet: a name with a dot, or a global address. What a
 * name resolves to is for whoever connects to check: it changes.
 */
export function isPublicUrl(url: string): boolean {
  // IPv6 stands in brackets, and a dot at the end says that nothing follows.
  const host = URL.parse(url)?.hostname.replaceAll(/^\[|[\].]$/g, '') ?? ''
  switch (isIP(host)) {
    case 4:
      return !privateAddresses.check(host, 'ipv4')
    case 6:
      return globalAddresses.check(host, 'ipv6') && !translatedAddresses.check(host, 'ipv6')
    default:
      return host.includes('.') && !/\.(localhost|local|internal|home\.arpa)$/.test(host)
  }
}
