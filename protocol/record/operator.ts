import { encodeUtf8 } from '../bytes.ts'
import { hasDeceptiveCharacters } from '../deceptive-characters.ts'
import { TransferError } from '../errors.ts'
import { OPERATOR_BYTES_MAX } from '../limits.ts'

/**
 * True for the name of an operator as records carry it: 1 to OPERATOR_BYTES_MAX bytes in NFC, no space at
 * its ends, nothing that shows as something else. Two operators differ exactly if these bytes differ.
 */
export function isOperator(text: string): boolean {
  return text !== '' && isPlainText(text) && encodeUtf8(text).length <= OPERATOR_BYTES_MAX
}

/**
 * Takes a name as a person typed it: trims it and brings it to NFC.
 *
 * @throws {TransferError} REQUEST_INVALID if that is not enough.
 */
export function parseOperator(text: string): string {
  const name = text.normalize('NFC').trim()
  if (isOperator(name)) return name
  throw new TransferError(
    'REQUEST_INVALID',
    `An operator's name has 1 to ${OPERATOR_BYTES_MAX} bytes and no control characters.`,
  )
}

/** True for text in NFC, trimmed, without deceptive characters; it may be empty. */
export function isPlainText(text: string): boolean {
  return text === text.normalize('NFC').trim() && !hasDeceptiveCharacters(text)
}
