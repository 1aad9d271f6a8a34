import { expect, it } from 'vitest'
import type { TransferError } from '../../../protocol/errors.ts'
import { publicKeyOf } from '../../../protocol/crypto/ed25519.ts'
import { openRecord, signRecord } from '../../../protocol/record/record.ts'
import { openSeedProof, signSeedProof } from '../../../protocol/room/seed-proof.ts'
import { seedIdOf } from '../../../protocol/seed-id.ts'
import { fixedBytes } from '../owner.ts'
import { networkKey } from '../record/samples.ts'

const secret = fixedBytes('seed')
const url = 'https://signal.example'
const place = { networkKey, nonce: fixedBytes('nonce') }
const refusal = expect.objectContaining({ code: 'RECORD_INVALID' }) as TransferError

it('shows whose socket it is', () => {
  expect(openSeedProof(signSeedProof(place, url, secret), place)).toBe(
    seedIdOf(publicKeyOf(secret)),
  )
})

it('counts at one socket of one network only', () => {
  const proof = signSeedProof(place, url, secret)
  for (const other of [
    { ...place, nonce: fixedBytes('other') },
    { ...place, networkKey: publicKeyOf(secret) },
  ]) {
    expect(() => openSeedProof(proof, other)).toThrow(refusal)
  }
  const grant = signRecord('join', { networkKey, nonce: place.nonce.slice(0, 16), url }, secret)
  expect(() => openSeedProof(grant, place)).toThrow(refusal)
})

it('E03: cannot be made to hold the nonce of an invitation', () => {
  const invited = fixedBytes('invitation', 16)
  for (const nonce of [invited, new Uint8Array([...invited, ...invited])]) {
    const { body } = openRecord('join', signSeedProof({ networkKey, nonce }, url, secret))
    expect(body.nonce).not.toEqual(invited)
  }
})
