import { parseHex, type Bytes } from '../../../protocol/bytes.ts'
import { publicKeyOf } from '../../../protocol/crypto/ed25519.ts'
import { assert } from '../../../protocol/errors.ts'
import { parseJurisdiction } from '../../../protocol/jurisdiction.ts'
import { signRecord } from '../../../protocol/record/record.ts'
import type { RecordBody, RecordKind } from '../../../protocol/record/table.ts'
import { parseShareId } from '../../../protocol/share-id.ts'

/** `length` times the same byte: keys, hashes and nonces that a person can tell apart in a hex dump. */
export function repeat(byte: number, length: number): Bytes {
  return new Uint8Array(length).fill(byte)
}

/** Hex of the test's own, as bytes. */
export function bytesOf(hex: string): Bytes {
  const bytes = parseHex(hex, hex.length / 2)
  assert(bytes !== undefined, 'hex')
  return bytes
}

export const networkSecret = repeat(1, 32)
export const seedSecret = repeat(2, 32)
export const networkKey = publicKeyOf(networkSecret)
export const seedKey = publicKeyOf(seedSecret)
const shareId = parseShareId('5e'.repeat(20))
const NOW_MS = Date.UTC(2026, 0, 1)

export const certificateBody: RecordBody<'certificate'> = {
  seedKey,
  operator: 'Tūī Hosting',
  jurisdiction: parseJurisdiction('NZ'),
  place: repeat(3, 16),
  notAfterMs: NOW_MS + 1,
}

/** One body of each kind, with every field set to something that would be missed. */
export const sampleBodies: { [Kind in RecordKind]: RecordBody<Kind> } = {
  certificate: certificateBody,
  directory: {
    version: 7,
    issuedAtMs: NOW_MS,
    seeds: [
      {
        certificate: signRecord('certificate', certificateBody, networkSecret),
        urls: ['https://seed.example', 'http://127.0.0.1:8081/base'],
        weight: 4,
        state: 'gone',
      },
    ],
  },
  invitation: {
    jurisdiction: parseJurisdiction('DE'),
    operator: 'Küste e. V.',
    nonce: repeat(4, 16),
    notAfterMs: NOW_MS,
  },
  grant: { shareId, maxChunks: 2 ** 23, notAfterMs: NOW_MS },
  receipt: {
    shareId,
    seq: 9,
    n: 17,
    root: repeat(5, 32),
    indexHash: repeat(6, 32),
    atMs: NOW_MS,
    keepUntilMs: NOW_MS + 2,
    challenge: repeat(7, 16),
  },
  deletion: { shareId, seq: 10, atMs: NOW_MS },
  takedown: { shareId, reason: 'Court order 17/2026', atMs: NOW_MS },
  state: { urls: [], state: 'draining', freeBytes: 2 ** 40, atMs: NOW_MS },
  answer: { connectionId: repeat(8, 16), offerHash: repeat(9, 32), answerHash: repeat(10, 32) },
  join: { networkKey, nonce: repeat(4, 16), url: 'https://seed.example:8443' },
}

export const recordKinds = Object.keys(sampleBodies) as RecordKind[]
