import { sha256 } from '@noble/hashes/sha2.js'
import { base64urlnopad } from '@scure/base'
import { concat, isEqual, type Bytes } from './bytes.ts'
import { ByteReader } from './byte-reader.ts'
import { TransferError } from './errors.ts'
import { formatShareId, shareIdBytes, type ShareId } from './share-id.ts'

/** Reads: whoever has it can fetch and decrypt. `secret` is S, 16 bytes. */
export type LinkToken = Readonly<{ kind: 'link'; secret: Bytes; shareId: ShareId }>
/** Publishes, extends and deletes as well. `ownerSeed` is an Ed25519 secret key, 32 bytes. */
export type OwnerToken = Readonly<{
  kind: 'owner'
  ownerSeed: Bytes
  secret: Bytes
  shareId: ShareId
}>
/** Fetches and passes on sealed chunks without being able to read them. `helpKey` is 32 bytes. */
export type HelperToken = Readonly<{ kind: 'helper'; helpKey: Bytes; shareId: ShareId }>
export type Token = LinkToken | OwnerToken | HelperToken

/** A token as a person pasted it, with the host it names, if any. */
export type TokenUrl = Readonly<{ token: Token; origin: string | undefined }>

const SUM_BYTES = 2
const kinds = { 1: 'link', 2: 'owner', 3: 'helper' } as const
const lengths = { link: 39, owner: 71, helper: 55 } as const

export function encodeToken(token: Token): Bytes {
  const body = concat(...fieldsOf(token), shareIdBytes(token.shareId))
  return concat(body, sumOf(body))
}

/** `https://host/#<token>`: everything secret stands after the `#`, so no server is ever told. */
export function formatTokenUrl(origin: string, token: Token): string {
  return `${origin}/#${base64urlnopad.encode(encodeToken(token))}`
}

/**
 * Parses a token or a URL that carries one, as people paste them: with spaces around, or with the `#`
 * turned into `%23` on the way.
 *
 * @throws {TransferError} LINK_INVALID, saying whether it was cut, mangled or never a link.
 * @see SPEC.md §2
 */
export function parseTokenUrl(text: string): TokenUrl {
  const repaired = text.trim().replaceAll(/%23/gi, '#')
  const hash = repaired.lastIndexOf('#')
  const origin = hash > 0 ? parseOrigin(repaired.slice(0, hash)) : undefined
  return { token: decodeToken(parseBase64(repaired.slice(hash + 1))), origin }
}

/** @throws {TransferError} LINK_INVALID */
export function decodeToken(bytes: Bytes): Token {
  const kind = kinds[bytes[0] as keyof typeof kinds]
  if (kind === undefined) throw invalid('This is not a Skerry link: its first letters are wrong.')
  const missing = lengths[kind] - bytes.length
  if (missing > 0) throw invalid('This link was cut off at its end. Copy the whole link again.')
  if (missing < 0) throw invalid('This link has extra characters at its end. Copy the link again.')
  const body = bytes.subarray(0, -SUM_BYTES)
  if (!isEqual(bytes.subarray(-SUM_BYTES), sumOf(body))) {
    throw invalid('This link was changed on its way: its checksum is wrong. Copy it again.')
  }
  return readFields(kind, new ByteReader(body.subarray(1), 'LINK_INVALID'))
}

function readFields(kind: Token['kind'], reader: ByteReader): Token {
  switch (kind) {
    case 'link':
      return { kind, secret: reader.bytes(16), shareId: formatShareId(reader.bytes(20)) }
    case 'owner': {
      const ownerSeed = reader.bytes(32)
      return { kind, ownerSeed, secret: reader.bytes(16), shareId: formatShareId(reader.bytes(20)) }
    }
    case 'helper':
      return { kind, helpKey: reader.bytes(32), shareId: formatShareId(reader.bytes(20)) }
  }
}

function fieldsOf(token: Token): Bytes[] {
  switch (token.kind) {
    case 'link':
      return [Uint8Array.of(1), token.secret]
    case 'owner':
      return [Uint8Array.of(2), token.ownerSeed, token.secret]
    case 'helper':
      return [Uint8Array.of(3), token.helpKey]
  }
}

function sumOf(body: Bytes): Bytes {
  return sha256(body).slice(0, SUM_BYTES)
}

function parseOrigin(url: string): string | undefined {
  const { protocol, origin } = URL.parse(url) ?? {}
  return protocol === 'https:' || protocol === 'http:' ? origin : undefined
}

function parseBase64(text: string): Bytes {
  if (text === '') throw invalid('There is no link here. A link looks like https://host/#AbC…')
  try {
    // Refuses padding, foreign letters and nonzero spare bits.
    return base64urlnopad.decode(text) as Bytes
  } catch (cause) {
    throw new TransferError('LINK_INVALID', describeText(text), { cause })
  }
}

function describeText(text: string): string {
  if (/^[\w-]+$/.test(text)) return 'This link was cut off or changed. Copy the whole link again.'
  return 'This is not a Skerry link: it contains letters that no link has. Copy it again.'
}

function invalid(message: string): TransferError {
  return new TransferError('LINK_INVALID', message)
}
