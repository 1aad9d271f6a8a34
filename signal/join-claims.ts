import { formatHex, isEqual, type Bytes } from '../protocol/bytes.ts'
import { TransferError } from '../protocol/errors.ts'
import type { JoinRequest } from '../protocol/http/signal-json.ts'
import type { Jurisdiction } from '../protocol/jurisdiction.ts'
import type { Invitation } from '../protocol/record/invitation.ts'
import { openRecord, openRecordBy } from '../protocol/record/record.ts'
import { seedIdOf, type SeedId } from '../protocol/seed-id.ts'

/** Who asks to join, and as whom the network itself invited it: nothing here is the seed's own word but its URL. */
export type JoinClaims = Readonly<{
  seedId: SeedId
  seedKey: Bytes
  operator: string
  jurisdiction: Jurisdiction
  /** Of the invitation, in hex. */
  nonce: string
  invitedUntilMs: number
  url: string
}>

/**
 * Opens the two records of a request to join: this network signed the invitation, and whoever asks has the
 * seed's key and signed for this network and this invitation.
 *
 * @throws {TransferError} INVITATION_INVALID for an invitation of somebody else, RECORD_INVALID otherwise.
 */
export function openJoin(request: JoinRequest, networkKey: Bytes): JoinClaims {
  const { nonce, notAfterMs, ...claims } = openInvitation(request.invitation, networkKey)
  const { body, signer } = openRecord('join', request.join)
  if (!isEqual(body.networkKey, networkKey) || !isEqual(body.nonce, nonce)) {
    const message = 'The request to join was signed for another network or another invitation.'
    throw new TransferError('RECORD_INVALID', message)
  }
  const seed = { seedId: seedIdOf(signer), seedKey: signer, url: body.url }
  return { ...seed, ...claims, nonce: formatHex(nonce), invitedUntilMs: notAfterMs }
}

function openInvitation(record: Bytes, networkKey: Bytes): Invitation {
  try {
    return openRecordBy('invitation', record, networkKey)
  } catch (cause) {
    const message = 'This network did not give out this invitation.'
    throw new TransferError('INVITATION_INVALID', message, { cause })
  }
}
