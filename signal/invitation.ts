import { randomBytes } from 'node:crypto'
import { TransferError } from '../protocol/errors.ts'
import { formatInvitationText } from '../protocol/invitation-text.ts'
import { parseJurisdiction } from '../protocol/jurisdiction.ts'
import { INVITATION_LIFE_MS, INVITATION_LIFE_MS_MAX } from '../protocol/limits.ts'
import { INVITATION_NONCE_BYTES } from '../protocol/record/invitation.ts'
import { parseOperator } from '../protocol/record/operator.ts'
import { signRecord } from '../protocol/record/record.ts'
import { parseSeedUrl } from '../protocol/record/seed-url.ts'
import { readNetworkKey } from './network-key.ts'

export type InvitationOptions = Readonly<{
  /** Holds the network key; see `openNetworkKey`. */
  keyFile: string
  /** Where the seed finds the signal server. */
  url: string
  jurisdiction: string
  operator: string
  /** How long it can be used: INVITATION_LIFE_MS unless told, INVITATION_LIFE_MS_MAX at most. */
  lifeMs?: number
  nowMs?: () => number
}>

/**
 * Invites one seed, once: makes the text that `skerry seed --join` takes. It needs the network key and no
 * running server. Whoever has the text can join in this operator's name, so it goes where no one else reads.
 *
 * @throws {TransferError} REQUEST_INVALID for a wrong jurisdiction, name, address or life; FILE_UNREADABLE.
 */
export async function invite(options: InvitationOptions): Promise<string> {
  const { lifeMs = INVITATION_LIFE_MS, nowMs = Date.now } = options
  if (!(lifeMs > 0 && lifeMs <= INVITATION_LIFE_MS_MAX)) {
    throw new TransferError('REQUEST_INVALID', 'An invitation lives from 1 ms up to 90 days.')
  }
  const invitation = {
    jurisdiction: parseJurisdiction(options.jurisdiction),
    operator: parseOperator(options.operator),
    nonce: new Uint8Array(randomBytes(INVITATION_NONCE_BYTES)),
    notAfterMs: nowMs() + Math.floor(lifeMs),
  }
  const { secret, publicKey } = await readNetworkKey(options.keyFile)
  const record = signRecord('invitation', invitation, secret)
  return formatInvitationText({ url: parseSeedUrl(options.url), networkKey: publicKey, record })
}
