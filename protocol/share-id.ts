import { formatHex, parseHex, type Bytes } from './bytes.ts'
import { assert, TransferError } from './errors.ts'

export const SHARE_ID_BYTES = 20

/** Names one share, and is safe as a part of a URL path or a file name: 40 lower-case hex digits. */
export type ShareId = string & { readonly brand: 'ShareId' }

/** @throws {TransferError} REQUEST_INVALID unless `text` is 40 lower-case hex digits. */
export function parseShareId(text: string): ShareId {
  if (parseHex(text, SHARE_ID_BYTES) === undefined) {
    throw new TransferError('REQUEST_INVALID', 'not a share id')
  }
  return text as ShareId
}

/** @param bytes - SHARE_ID_BYTES bytes. */
export function formatShareId(bytes: Bytes): ShareId {
  assert(bytes.length === SHARE_ID_BYTES, 'a share id of 20 bytes')
  return parseShareId(formatHex(bytes))
}

export function shareIdBytes(id: ShareId): Bytes {
  const bytes = parseHex(id, SHARE_ID_BYTES)
  assert(bytes !== undefined, 'a parsed share id')
  return bytes
}
