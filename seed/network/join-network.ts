import { ask, readJson } from '../../client/engine/net/http.ts'
import { isEqual, type Bytes } from '../../protocol/bytes.ts'
import { TransferError } from '../../protocol/errors.ts'
import { formatJoinRequest, parseJoinAnswer } from '../../protocol/http/signal-json.ts'
import type { parseInvitationText } from '../../protocol/invitation-text.ts'
import type { Certificate } from '../../protocol/record/certificate.ts'
import { openRecordBy, signRecord } from '../../protocol/record/record.ts'
import type { Identity } from '../identity.ts'
import type { Membership, MembershipFiles } from './membership-files.ts'

export type ReadInvitation = ReturnType<typeof parseInvitationText>

const JOIN_TIMEOUT_MS = 30_000

/**
 * Joins a network with an invitation, which works once.
 *
 * @param url - Where the network finds this seed: it looks.
 * @throws {TransferError} INVITATION_INVALID, NETWORK_UNREACHABLE, or what the network has against it.
 */
export async function joinNetwork(
  invitation: ReadInvitation,
  { key, publicKey }: Identity,
  url: string,
): Promise<Membership> {
  const { networkKey } = invitation
  const { nonce } = invitation.invitation
  const request = {
    invitation: invitation.record,
    join: signRecord('join', { networkKey, nonce, url }, key),
  }
  const certificate = await post(invitation.url, JSON.stringify(formatJoinRequest(request)))
  const membership = { url: invitation.url, networkKey, certificate }
  openMembership(membership, publicKey)
  return membership
}

/**
 * What the network vouches for.
 *
 * @throws {TransferError} RECORD_INVALID if the certificate is not the network's, or not this seed's.
 */
export function openMembership(
  { networkKey, certificate }: Membership,
  publicKey: Bytes,
): Certificate {
  const opened = openRecordBy('certificate', certificate, networkKey)
  if (isEqual(opened.seedKey, publicKey)) return opened
  throw new TransferError('RECORD_INVALID', 'The certificate is that of another seed.')
}

async function post(url: string, body: string): Promise<Bytes> {
  const headers = { 'content-type': 'application/json' }
  const options = { method: 'POST', headers, body, timeoutMs: JOIN_TIMEOUT_MS } as const
  try {
    return parseJoinAnswer(await readJson(await ask(`${url}/v1/seeds`, options))).certificate
  } catch (cause) {
    if (!(cause instanceof TransferError) || cause.code !== 'SEED_UNREACHABLE') throw cause
    const message = `The network at ${url} cannot be reached. The invitation was not used: try again.`
    throw new TransferError('NETWORK_UNREACHABLE', message, { cause })
  }
}

/**
 * The membership that this seed has already, if it still holds.
 *
 * @param invitation - Of the same network: where its signal server is now.
 * @throws {TransferError} NETWORK_MISMATCH if it is of another network; INVITATION_INVALID if a new one is needed.
 */
export async function keptMembership(
  files: MembershipFiles,
  publicKey: Bytes,
  { invitation, nowMs }: { invitation: ReadInvitation | undefined; nowMs: number },
): Promise<Membership | undefined> {
  const kept = await files.readMembership()
  if (kept === undefined) return undefined
  if (invitation !== undefined && !isEqual(invitation.networkKey, kept.networkKey)) {
    const message =
      'This seed belongs to another network. Give it an identity of its own for each network.'
    throw new TransferError('NETWORK_MISMATCH', message)
  }
  if (isValid(kept, publicKey, nowMs)) return { ...kept, url: invitation?.url ?? kept.url }
  if (invitation !== undefined) return undefined
  const message =
    'The certificate of this seed has run out, or belongs to another key. Ask the network for a new invitation.'
  throw new TransferError('INVITATION_INVALID', message)
}

function isValid(membership: Membership, publicKey: Bytes, nowMs: number): boolean {
  try {
    return nowMs < openMembership(membership, publicKey).notAfterMs
  } catch (cause) {
    if (cause instanceof TransferError) return false
    throw cause
  }
}
