import { base64urlnopad } from '@scure/base'
import { isEqual, type Bytes } from '../../protocol/bytes.ts'
import { TransferError } from '../../protocol/errors.ts'
import { readHashOf } from '../../protocol/key-schedule.ts'
import type { Share } from '../catalog/share.ts'
import { READ_TOKEN_BYTES } from '../catalog/share-file.ts'

const TEXT_LENGTH = 43
const BEARER = /^Bearer (?<token>[\w-]{43})$/i

/** `Authorization: Bearer <base64url readToken>`. @throws {TransferError} TOKEN_WRONG */
export function parseAuthorization(header: string | undefined): Bytes {
  const text = BEARER.exec(header ?? '')?.groups?.['token']
  if (text === undefined) throw wrong('A read token is needed.')
  return parseReadToken(text)
}

/** @throws {TransferError} TOKEN_WRONG unless the text is 32 bytes in base64url. */
export function parseReadToken(text: string): Bytes {
  if (text.length !== TEXT_LENGTH) throw wrong('A read token is needed.')
  try {
    const token = base64urlnopad.decode(text)
    if (token.length === READ_TOKEN_BYTES) return new Uint8Array(token)
  } catch {
    // What it was is nobody's business: it may be half of a secret.
  }
  throw wrong('This is not a read token.')
}

/** Compares hashes, in constant time. @throws {TransferError} TOKEN_WRONG */
export function checkReadToken({ origin }: Share, token: Bytes): void {
  if (isEqual(readHashOf(token), origin.genesis.readHash)) return
  throw wrong('The read token is not the one of this share.')
}

function wrong(message: string): TransferError {
  return new TransferError('TOKEN_WRONG', message)
}
