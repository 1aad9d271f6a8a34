import { sha256 } from '@noble/hashes/sha2.js'
import { concat, encodeUtf8, isEqual, type Bytes } from '../bytes.ts'
import { TransferError } from '../errors.ts'
import { INVITATION_NONCE_BYTES } from '../record/invitation.ts'
import { openRecord, signRecord } from '../record/record.ts'
import { seedIdOf, type SeedId } from '../seed-id.ts'

/** Of the nonce in `welcome`. */
export const WELCOME_NONCE_BYTES = 32

/** What a proof is for: this socket at this network. */
export type ProofPlace = Readonly<{
  networkKey: Bytes
  /** Of the socket's `welcome`. */
  nonce: Bytes
}>

const LABEL = encodeUtf8('skerry/1 rooms\0')

/**
 * Shows that a socket is a seed's: a join record over a hash of the welcome's nonce, so that no server can have
 * a seed sign the nonce of an invitation.
 *
 * @param url - Where the seed finds the signal server.
 * @see SPEC.md §10.5
 */
export function signSeedProof(place: ProofPlace, url: string, secretKey: Bytes): Bytes {
  const { networkKey, nonce } = place
  return signRecord('join', { networkKey, nonce: proofNonce(nonce), url }, secretKey)
}

/** @returns Whose socket it is. @throws {TransferError} RECORD_INVALID */
export function openSeedProof(proof: Bytes, { networkKey, nonce }: ProofPlace): SeedId {
  const { body, signer } = openRecord('join', proof)
  if (isEqual(body.networkKey, networkKey) && isEqual(body.nonce, proofNonce(nonce))) {
    return seedIdOf(signer)
  }
  const message = 'The proof was signed for another network or another socket.'
  throw new TransferError('RECORD_INVALID', message)
}

function proofNonce(nonce: Bytes): Bytes {
  return sha256(concat(LABEL, nonce)).slice(0, INVITATION_NONCE_BYTES)
}
