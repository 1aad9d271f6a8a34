import { base64urlnopad } from '@scure/base'
import type { Bytes } from './bytes.ts'
import { assert, TransferError } from './errors.ts'
import type { Invitation } from './record/invitation.ts'
import { openRecordBy } from './record/record.ts'
import { isSeedUrl, parseSeedUrl } from './record/seed-url.ts'

/** All that a seed needs to join: where the network is, its key, and the leave to join it. */
export type InvitationText = Readonly<{
  /** Base URL of the signal server, without a slash at its end. */
  url: string
  /** Ed25519 public key of the network, 32 bytes: the seed pins it. */
  networkKey: Bytes
  /** The invitation record, as it goes to `POST /v1/seeds`. */
  record: Bytes
}>

/** `URL # base64url of the network key # base64url of the record`, one line. It is a secret: it works once. */
export function formatInvitationText({ url, networkKey, record }: InvitationText): string {
  assert(isSeedUrl(url), 'a base URL')
  return [url, base64urlnopad.encode(networkKey), base64urlnopad.encode(record)].join('#')
}

/**
 * Takes an invitation as a person passed it on, and checks that the network it names signed it. Whether it has
 * run out or was used is for the network to say.
 *
 * @throws {TransferError} INVITATION_INVALID
 */
export function parseInvitationText(text: string): InvitationText & { invitation: Invitation } {
  const [urlText = '', keyText = '', recordText = '', ...rest] = text
    .trim()
    .replaceAll(/%23/gi, '#')
    .split('#')
  if (rest.length > 0) throw invalid()
  try {
    const url = parseSeedUrl(urlText)
    const networkKey = base64urlnopad.decode(keyText) as Bytes
    const record = base64urlnopad.decode(recordText) as Bytes
    const invitation = openRecordBy('invitation', record, networkKey)
    return { url, networkKey, record, invitation }
  } catch (cause) {
    throw invalid(cause)
  }
}

function invalid(cause?: unknown): TransferError {
  const message =
    'This is not a whole invitation: it was cut off or changed on its way. Copy all of it, or ask for a new one.'
  return new TransferError('INVITATION_INVALID', message, { cause })
}
