import { base64urlnopad } from '@scure/base'
import * as v from 'valibot'
import type { Bytes } from '../bytes.ts'
import { TransferError } from '../errors.ts'
import { ROOM_PAYLOAD_BYTES_MAX } from '../limits.ts'

/**
 * What one member says to another, as the server passes it on: base64url of at most ROOM_PAYLOAD_BYTES_MAX bytes.
 * The server looks at its length and its letters and at nothing else.
 */
export type Payload = string & { readonly brand: 'Payload' }

const TEXT_LENGTH_MAX = Math.ceil((ROOM_PAYLOAD_BYTES_MAX * 4) / 3)

export const payloadSchema: v.GenericSchema<unknown, Payload> = v.pipe(
  v.string(),
  v.guard((text): text is Payload => text.length <= TEXT_LENGTH_MAX && /^[\w-]+$/.test(text)),
)

/** @param bytes - 1 to ROOM_PAYLOAD_BYTES_MAX bytes. */
export function formatPayload(bytes: Bytes): Payload {
  return v.parse(payloadSchema, base64urlnopad.encode(bytes))
}

/** @throws {TransferError} SIGNAL_INVALID if it is no base64url of whole bytes. */
export function parsePayload(payload: Payload): Bytes {
  try {
    return base64urlnopad.decode(payload) as Bytes
  } catch (cause) {
    throw new TransferError('SIGNAL_INVALID', 'A message between peers is garbled.', { cause })
  }
}
