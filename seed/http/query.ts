import { parseHex, type Bytes } from '../../protocol/bytes.ts'
import { TransferError } from '../../protocol/errors.ts'
import { CHALLENGE_BYTES } from '../../protocol/record/receipt.ts'

/** An integer of up to 15 digits, undefined if it is not there. @throws {TransferError} REQUEST_INVALID */
export function parseCount(text: unknown): number | undefined {
  if (text === undefined) return undefined
  if (typeof text === 'string' && /^\d{1,15}$/.test(text)) return Number(text)
  throw new TransferError('REQUEST_INVALID', 'A number in this address is not one.')
}

/** 32 hex digits. @throws {TransferError} REQUEST_INVALID */
export function parseChallenge(text: unknown): Bytes {
  const bytes = typeof text === 'string' ? parseHex(text, CHALLENGE_BYTES) : undefined
  if (bytes !== undefined) return bytes
  throw new TransferError('REQUEST_INVALID', 'A challenge of 32 hex digits is needed.')
}
