import type { Bytes } from '../../protocol/bytes.ts'

export function randomBytes(count: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(count))
}

/** Browsers refuse http from a page on https, except to this machine. */
export function canReach(url: string): boolean {
  if (location.protocol !== 'https:' || url.startsWith('https:')) return true
  const host = URL.parse(url)?.hostname ?? ''
  return host === 'localhost' || host === '127.0.0.1' || host === '[::1]'
}
