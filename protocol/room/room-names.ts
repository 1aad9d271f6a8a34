import { sha256 } from '@noble/hashes/sha2.js'
import { base64urlnopad } from '@scure/base'
import * as v from 'valibot'
import { concat, encodeUtf8, type Bytes } from '../bytes.ts'
import { assert } from '../errors.ts'

/** Names one member at the signal server: 16 bytes, drawn by the server or of a secret of the member's own, base64url. */
export type MemberId = string & { readonly brand: 'MemberId' }
/** What shows that a name is a member's own: 32 random bytes of one client for one room, base64url. */
export type MemberSecret = string & { readonly brand: 'MemberSecret' }
/** Where the members of one swarm find each other: `roomId` of SPEC.md §4, 32 bytes in base64url. */
export type RoomId = string & { readonly brand: 'RoomId' }
/** Names one WebRTC connection between two members: 16 random bytes that the caller drew, base64url. */
export type ConnectionId = string & { readonly brand: 'ConnectionId' }

export const MEMBER_ID_BYTES = 16
export const MEMBER_SECRET_BYTES = 32
export const CONNECTION_ID_BYTES = 16
const ROOM_ID_BYTES = 32
const MEMBER_LABEL = encodeUtf8('skerry/1 member\0')

// Of 16 bytes the last character carries two bits, of 32 bytes four: the spare ones are zero, so that a name
// has one spelling. Compared as texts, because a server has thousands of them at hand.
const TEXT_OF_16 = /^[\w-]{21}[AQgw]$/
const TEXT_OF_32 = /^[\w-]{42}[AEIMQUYcgkosw048]$/

export const memberIdSchema: v.GenericSchema<unknown, MemberId> = v.pipe(
  v.string(),
  v.guard((text): text is MemberId => TEXT_OF_16.test(text)),
)
export const memberSecretSchema: v.GenericSchema<unknown, MemberSecret> = v.pipe(
  v.string(),
  v.guard((text): text is MemberSecret => TEXT_OF_32.test(text)),
)
export const connectionIdSchema: v.GenericSchema<unknown, ConnectionId> = v.pipe(
  v.string(),
  v.guard((text): text is ConnectionId => TEXT_OF_16.test(text)),
)
export const roomIdSchema: v.GenericSchema<unknown, RoomId> = v.pipe(
  v.string(),
  v.guard((text): text is RoomId => TEXT_OF_32.test(text)),
)

/** @param bytes - MEMBER_ID_BYTES bytes. */
export function memberIdOf(bytes: Bytes): MemberId {
  return v.parse(memberIdSchema, base64urlnopad.encode(bytes))
}

/** @param bytes - MEMBER_SECRET_BYTES bytes. */
export function memberSecretOf(bytes: Bytes): MemberSecret {
  return v.parse(memberSecretSchema, base64urlnopad.encode(bytes))
}

/**
 * The name of whoever shows the secret: the same at each socket and each signal server, and nobody takes it who only
 * heard it. SPEC.md §10.5.
 */
export function deriveMemberId(secret: MemberSecret): MemberId {
  return memberIdOf(sha256(concat(MEMBER_LABEL, decodeId(secret))).slice(0, MEMBER_ID_BYTES))
}

/** The id that a program of ours kept as a text. */
export function parseMemberId(text: string): MemberId {
  return v.parse(memberIdSchema, text)
}

/** @param bytes - CONNECTION_ID_BYTES bytes. */
export function connectionIdOf(bytes: Bytes): ConnectionId {
  return v.parse(connectionIdSchema, base64urlnopad.encode(bytes))
}

/** @param bytes - As `deriveRoomId` makes them. */
export function roomIdOf(bytes: Bytes): RoomId {
  return v.parse(roomIdSchema, base64urlnopad.encode(bytes))
}

/** The bytes that an id stands for, as the envelope between peers binds them. */
export function decodeId(id: MemberId | MemberSecret | ConnectionId | RoomId): Bytes {
  const bytes = base64urlnopad.decode(id) as Bytes
  assert(bytes.length === MEMBER_ID_BYTES || bytes.length === ROOM_ID_BYTES, 'a parsed id')
  return bytes
}
