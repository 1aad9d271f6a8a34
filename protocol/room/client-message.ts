import * as v from 'valibot'
import type { Bytes } from '../bytes.ts'
import { formatBytes, recordSchema } from '../http/json.ts'
import { seedIdSchema, type SeedId } from '../seed-id.ts'
import { parseMessage } from './message.ts'
import { payloadSchema, type Payload } from './payload.ts'
import {
  connectionIdSchema,
  memberIdSchema,
  memberSecretSchema,
  roomIdSchema,
  type ConnectionId,
  type MemberId,
  type MemberSecret,
  type RoomId,
} from './room-names.ts'

/** What a client says to the rooms. SPEC.md §10.5. */
export type ClientMessage = Readonly<
  /** Comes into a room, out of the one it was in, under the name that a secret shows to be its own. Answered by `peers`. */
  | { type: 'join'; room: RoomId; secret?: MemberSecret }
  /** Asks for others of its room. Answered by `peers`. */
  | { type: 'peers' }
  | { type: 'leave' }
  /** To a member. Its payload is sealed under the swarm key. */
  | { type: 'relay'; to: MemberId; connection: ConnectionId; payload: Payload }
  /** To a seed, which is in no room: it sees the payload as it is. */
  | { type: 'call'; seed: SeedId; connection: ConnectionId; payload: Payload }
  /** Shows that this socket is a seed's. Answered by `seed`. @see seed-proof.ts */
  | { type: 'seed'; proof: Bytes }
>

const schema = v.variant('type', [
  v.object({
    type: v.literal('relay'),
    to: memberIdSchema,
    connection: connectionIdSchema,
    payload: payloadSchema,
  }),
  v.object({
    type: v.literal('call'),
    seed: seedIdSchema,
    connection: connectionIdSchema,
    payload: payloadSchema,
  }),
  v.object({
    type: v.literal('join'),
    room: roomIdSchema,
    secret: v.exactOptional(memberSecretSchema),
  }),
  v.object({ type: v.literal('peers') }),
  v.object({ type: v.literal('leave') }),
  v.object({ type: v.literal('seed'), proof: recordSchema() }),
])

export function formatClientMessage(message: ClientMessage): string {
  if (message.type !== 'seed') return JSON.stringify(message)
  return JSON.stringify({ ...message, proof: formatBytes(message.proof) })
}

/** @throws {TransferError} REQUEST_INVALID */
export function parseClientMessage(text: string): ClientMessage {
  return parseMessage(schema, text, 'REQUEST_INVALID')
}
