import type { Bytes } from '../../protocol/bytes.ts'
import { TransferError } from '../../protocol/errors.ts'
import { parseInvitationText } from '../../protocol/invitation-text.ts'
import type { Certificate } from '../../protocol/record/certificate.ts'
import type { Identity } from '../identity.ts'
import { joinNetwork, keptMembership, openMembership } from './join-network.ts'
import type { Membership, MembershipFiles } from './membership-files.ts'

/** A place in a network: taken already, or by an invitation once the seed listens. */
export type Place = Pick<Certificate, 'operator' | 'jurisdiction'> &
  Readonly<{ networkKey: Bytes; enter: (url: string) => Promise<Membership> }>

export async function findPlace(
  files: MembershipFiles,
  identity: Identity,
  { invitation: text, nowMs }: { invitation?: string; nowMs: number },
): Promise<Place> {
  const invitation = text === undefined ? undefined : parseInvitationText(text)
  const kept = await keptMembership(files, identity.publicKey, { invitation, nowMs })
  if (kept !== undefined) {
    const { operator, jurisdiction } = openMembership(kept, identity.publicKey)
    return { networkKey: kept.networkKey, operator, jurisdiction, enter: async () => kept }
  }
  if (invitation !== undefined) {
    const { operator, jurisdiction } = invitation.invitation
    const enter = (url: string): Promise<Membership> => joinNetwork(invitation, identity, url)
    return { networkKey: invitation.networkKey, operator, jurisdiction, enter }
  }
  const message =
    'This seed has no place in a network yet. Ask the network for an invitation to join with.'
  throw new TransferError('INVITATION_INVALID', message)
}
