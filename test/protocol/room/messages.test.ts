import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TransferError } from '../../../protocol/errors.ts'
import {
  ROOM_MESSAGE_LENGTH_MAX,
  ROOM_PAYLOAD_BYTES_MAX,
  ROOM_PEERS_MAX,
} from '../../../protocol/limits.ts'
import {
  formatClientMessage,
  parseClientMessage,
  type ClientMessage,
} from '../../../protocol/room/client-message.ts'
import { formatPayload, parsePayload } from '../../../protocol/room/payload.ts'
import {
  connectionIdOf,
  decodeId,
  memberIdOf,
  memberSecretOf,
  roomIdOf,
} from '../../../protocol/room/room-names.ts'
import { signSeedProof } from '../../../protocol/room/seed-proof.ts'
import {
  formatServerMessage,
  parseServerMessage,
  type ServerMessage,
} from '../../../protocol/room/server-message.ts'
import { seedIdOf } from '../../../protocol/seed-id.ts'
import { fixedBytes } from '../owner.ts'
import { networkKey } from '../record/samples.ts'

const member = memberIdOf(fixedBytes('member', 16))
const connection = connectionIdOf(fixedBytes('connection', 16))
const secret = memberSecretOf(fixedBytes('secret'))
const room = roomIdOf(fixedBytes('room'))
const seed = seedIdOf(fixedBytes('seed'))
const payload = formatPayload(new Uint8Array(ROOM_PAYLOAD_BYTES_MAX).fill(255))
const nonce = fixedBytes('nonce')
const proof = signSeedProof({ networkKey, nonce }, 'https://signal.example', fixedBytes('secret'))

const said: ClientMessage[] = [
  { type: 'join', room },
  { type: 'join', room, secret },
  { type: 'peers' },
  { type: 'leave' },
  { type: 'relay', to: member, connection, payload },
  { type: 'call', seed, connection, payload },
  { type: 'seed', proof },
]
const heard: ServerMessage[] = [
  { type: 'welcome', member, nonce },
  { type: 'welcome', member, nonce, secrets: true },
  { type: 'peers', peers: Array.from({ length: ROOM_PEERS_MAX }, () => member) },
  { type: 'relay', from: member, connection, payload },
  { type: 'gone', to: member, connection },
  { type: 'gone', to: seed, connection },
  { type: 'seed' },
  { type: 'fault', fault: new TransferError('TOO_MANY_REQUESTS', 'Later.') },
]

describe('a message of the rooms', () => {
  it.each(said)('of a client arrives as it was sent: $type', (message) => {
    expect(parseClientMessage(formatClientMessage(message))).toEqual(message)
    const more = JSON.stringify({ ...JSON.parse(formatClientMessage(message)), more: 1 })
    expect(parseClientMessage(more)).toEqual(message)
  })

  it.each(heard)('of the server arrives as it was sent: $type', (message) => {
    expect(parseServerMessage(formatServerMessage(message))).toEqual(message)
  })

  it.each([
    '',
    '{',
    'null',
    '[]',
    '{}',
    '{"type":"welcome"}',
    '{"type":"join"}',
    JSON.stringify({ type: 'join', room: member }),
    // Another spelling of the same bytes would be another room.
    JSON.stringify({ type: 'join', room: `${room.slice(0, -1)}1` }),
    JSON.stringify({ type: 'join', room: `seed ${seed}` }),
    JSON.stringify({ type: 'join', room, secret: member }),
    JSON.stringify({ type: 'join', room, secret: `${secret}A` }),
    JSON.stringify({ type: 'join', room, secret: `${secret.slice(0, -1)}B` }),
    JSON.stringify({ type: 'join', room, secret: 7 }),
    JSON.stringify({ type: 'relay', to: `${member}A`, connection, payload }),
    JSON.stringify({ type: 'relay', to: member, connection, payload: '' }),
    JSON.stringify({ type: 'relay', to: member, connection, payload: 'a b' }),
    JSON.stringify({ type: 'relay', to: member, connection, payload: `${payload}AA` }),
    JSON.stringify({ type: 'call', seed: seed.toUpperCase(), connection, payload }),
    JSON.stringify({ type: 'seed', proof: 'A'.repeat(1000) }),
    `${JSON.stringify({ type: 'leave' })}${' '.repeat(ROOM_MESSAGE_LENGTH_MAX)}`,
  ])('that no client says is refused: case %#', (text) => {
    const refused = expect.objectContaining({ code: 'REQUEST_INVALID' }) as TransferError
    expect(() => parseClientMessage(text)).toThrow(refused)
  })

  it.each([
    '{"type":"join"}',
    JSON.stringify({ type: 'welcome', member, nonce: member }),
    JSON.stringify({ type: 'welcome', member, nonce: secret, secrets: 1 }),
    JSON.stringify({
      type: 'peers',
      peers: Array.from({ length: ROOM_PEERS_MAX + 1 }, () => member),
    }),
    JSON.stringify({ type: 'peers', peers: [seed] }),
    JSON.stringify({ type: 'fault', code: 'X', message: 'x'.repeat(301) }),
  ])('that no server says is refused: case %#', (text) => {
    const refused = expect.objectContaining({ code: 'ANSWER_INVALID' }) as TransferError
    expect(() => parseServerMessage(text)).toThrow(refused)
  })

  it('makes nobody believe that a person is at fault', () => {
    const text = JSON.stringify({ type: 'fault', code: 'PASSWORD_WRONG', message: 'x' })
    expect(parseServerMessage(text)).toMatchObject({ fault: { code: 'REQUEST_INVALID' } })
  })

  it('throws nothing else, whatever it is', () => {
    const words = fc.constantFrom('type', 'room', 'to', 'payload', 'join', 'relay', 'peers')
    const text = fc.oneof(
      fc.json({ maxDepth: 3 }),
      fc.dictionary(words, fc.oneof(words, fc.jsonValue())).map((value) => JSON.stringify(value)),
    )
    fc.assert(
      fc.property(text, (json) => {
        for (const parse of [parseClientMessage, parseServerMessage]) {
          try {
            parse(json)
          } catch (error) {
            expect(error).toBeInstanceOf(TransferError)
          }
        }
      }),
      { numRuns: 2000, seed: 5 },
    )
  })
})

it('an id has one spelling, and stands for its bytes', () => {
  for (const [id, length] of [
    [member, 16],
    [connection, 16],
    [room, 32],
  ] as const) {
    expect(decodeId(id)).toHaveLength(length)
  }
  expect(memberIdOf(decodeId(member))).toBe(member)
})

it('a payload arrives as it was sent, and one that is no base64url is the peer’s fault', () => {
  const bytes = fixedBytes('payload', 100)
  expect(parsePayload(formatPayload(bytes))).toEqual(bytes)
  // Of two bytes the third character has two spare bits.
  const spare = parseClientMessage(
    JSON.stringify({ type: 'relay', to: member, connection, payload: 'AAB' }),
  )
  const garbled = expect.objectContaining({ code: 'SIGNAL_INVALID' }) as TransferError
  expect(() => parsePayload(spare.type === 'relay' ? spare.payload : payload)).toThrow(garbled)
})
