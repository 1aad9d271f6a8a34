import * as v from 'valibot'
import type { Bytes } from '../bytes.ts'
import type { TransferError } from '../errors.ts'
import { formatFault, parseFault } from '../http/fault-json.ts'
import { bytesSchema, formatBytes } from '../http/json.ts'
import { FAULT_MESSAGE_LENGTH_MAX, ROOM_PEERS_MAX } from '../limits.ts'
import { seedIdSchema, type SeedId } from '../seed-id.ts'
import { parseMessage } from './message.ts'
import { payloadSchema, type Payload } from './payload.ts'
import {
  connectionIdSchema,
  memberIdSchema,
  type ConnectionId,
  type MemberId,
} from './room-names.ts'
import { WELCOME_NONCE_BYTES } from './seed-proof.ts'

/** What the rooms say to a client. SPEC.md §10.5. */
export type ServerMessage = Readonly<
  /** The first message: what this socket is called, what a seed's proof is made over, and whether a `join` may have a secret. */
  | { type: 'welcome'; member: MemberId; nonce: Bytes; secrets?: boolean }
  /** Some others of the room, each equally likely: at most ROOM_PEERS_MAX. */
  | { type: 'peers'; peers: readonly MemberId[] }
  /** From a member, or from a seed that was called. Who it says it is from, it is from. */
  | { type: 'relay'; from: MemberId; connection: ConnectionId; payload: Payload }
  /** What was said to `to` for this connection reached nobody. */
  | { type: 'gone'; to: MemberId | SeedId; connection: ConnectionId }
  /** From now on this socket is reached by the id of its seed. */
  | { type: 'seed' }
  /** A message was not taken. */
  | { type: 'fault'; fault: TransferError }
>

const schema = v.variant('type', [
  v.object({
    type: v.literal('relay'),
    from: memberIdSchema,
    connection: connectionIdSchema,
    payload: payloadSchema,
  }),
  v.object({
    type: v.literal('welcome'),
    member: memberIdSchema,
    nonce: bytesSchema(WELCOME_NONCE_BYTES, WELCOME_NONCE_BYTES),
    secrets: v.exactOptional(v.boolean()),
  }),
  v.object({
    type: v.literal('peers'),
    peers: v.pipe(v.array(memberIdSchema), v.maxLength(ROOM_PEERS_MAX)),
  }),
  v.object({
    type: v.literal('gone'),
    to: v.union([memberIdSchema, seedIdSchema]),
    connection: connectionIdSchema,
  }),
  v.object({ type: v.literal('seed') }),
  v.object({
    type: v.literal('fault'),
    code: v.pipe(v.string(), v.maxLength(64)),
    message: v.pipe(v.string(), v.maxLength(FAULT_MESSAGE_LENGTH_MAX)),
  }),
])

export function formatServerMessage(message: ServerMessage): string {
  switch (message.type) {
    case 'welcome':
      return JSON.stringify({ ...message, nonce: formatBytes(message.nonce) })
    case 'fault': {
      const { code, message: words } = formatFault(message.fault)
      return JSON.stringify({ type: 'fault', code, message: words })
    }
    default:
      return JSON.stringify(message)
  }
}

/** @throws {TransferError} ANSWER_INVALID */
export function parseServerMessage(text: string): ServerMessage {
  const message = parseMessage(schema, text, 'ANSWER_INVALID')
  if (message.type !== 'fault') return message
  return { type: 'fault', fault: parseFault(message, 400) }
}
