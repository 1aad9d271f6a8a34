import type { ByteReader } from '../byte-reader.ts'
import type { ByteWriter } from '../byte-writer.ts'
import { encodeUtf8 } from '../bytes.ts'
import { assert, TransferError } from '../errors.ts'
import { SEED_URLS_MAX, URL_BYTES_MAX } from '../limits.ts'
import { readLongText, writeLongText } from './text.ts'

/**
 * True for the base URL of a seed as records carry it: absolute http or https, no credentials, query or
 * fragment, no `/` at its end, at most URL_BYTES_MAX bytes, spelt as the URL standard spells it. So the
 * address of a share is always `${url}/v1/shares/…`.
 */
export function isSeedUrl(text: string): boolean {
  if (text.length > URL_BYTES_MAX) return false
  const url = URL.parse(text)
  return (
    url !== null &&
    isBase(url) &&
    formatBase(url) === text &&
    encodeUtf8(text).length <= URL_BYTES_MAX
  )
}

/**
 * Takes a base URL as a person typed it.
 *
 * @throws {TransferError} REQUEST_INVALID if it is not one.
 */
export function parseSeedUrl(text: string): string {
  const url = URL.parse(text.trim())
  const base = url !== null && isBase(url) ? formatBase(url) : ''
  if (isSeedUrl(base)) return base
  throw new TransferError(
    'REQUEST_INVALID',
    'The address of a seed looks like https://seed.example, without password, ? or #.',
  )
}

/** True if a page served over HTTPS may fetch from it: https, or a loopback address over http. */
export function isReachableByPages(url: string): boolean {
  const { protocol, hostname } = new URL(url)
  if (protocol === 'https:') return true
  return /^(localhost|.*\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)
}

/** `u8 count ‖ count × (u16 length ‖ URL)`: distinct, at most SEED_URLS_MAX, best first. */
export function writeSeedUrls(writer: ByteWriter, urls: readonly string[]): void {
  assert(areSeedUrls(urls), 'distinct base URLs within the limit')
  writer.u8(urls.length)
  for (const url of urls) writeLongText(writer, url)
}

export function readSeedUrls(reader: ByteReader): string[] {
  const count = reader.u8()
  if (count > SEED_URLS_MAX) throw reader.fail('too many URLs')
  const urls = Array.from({ length: count }, () => readLongText(reader, isSeedUrl))
  if (!areSeedUrls(urls)) throw reader.fail('repeating URLs')
  return urls
}

function areSeedUrls(urls: readonly string[]): boolean {
  return (
    urls.length <= SEED_URLS_MAX &&
    new Set(urls).size === urls.length &&
    urls.every((url) => isSeedUrl(url))
  )
}

function isBase(url: URL): boolean {
  const web = url.protocol === 'https:' || url.protocol === 'http:'
  // `href` keeps an empty `?` or `#`, which `search` and `hash` do not show.
  return web && url.username === '' && url.password === '' && !/[?#]/.test(url.href)
}

function formatBase(url: URL): string {
  return url.href.replace(/\/+$/, '')
}
