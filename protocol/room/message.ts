import type * as v from 'valibot'
import { TransferError } from '../errors.ts'
import { parseJson } from '../http/json.ts'
import { ROOM_MESSAGE_LENGTH_MAX } from '../limits.ts'

/** One JSON message of the rooms, either way. @throws {TransferError} `code` */
export function parseMessage<Output>(
  schema: v.GenericSchema<unknown, Output>,
  text: string,
  code: 'REQUEST_INVALID' | 'ANSWER_INVALID',
): Output {
  // Before it is parsed: others do not choose what a parser builds.
  if (text.length > ROOM_MESSAGE_LENGTH_MAX) throw new TransferError(code, 'A message is too long.')
  return parseJson(schema, parseText(text, code), code)
}

function parseText(text: string, code: 'REQUEST_INVALID' | 'ANSWER_INVALID'): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new TransferError(code, 'A message is not JSON.', { cause })
  }
}
