import * as v from 'valibot'
import { encodeUtf8, type Bytes } from '../bytes.ts'
import { isPublicKey, PUBLIC_KEY_BYTES } from '../crypto/ed25519.ts'
import {
  CHUNKS_MAX,
  ICE_SERVERS_MAX,
  NETWORK_NAME_BYTES_MAX,
  RECORD_BODY_BYTES_MAX,
} from '../limits.ts'
import { RECORD_OVERHEAD_BYTES } from '../record/header.ts'
import { isPlainText } from '../record/operator.ts'
import type { ShareId } from '../share-id.ts'
import {
  bytesSchema,
  countSchema,
  formatBytes,
  parseJson,
  recordSchema,
  shareIdSchema,
} from './json.ts'

/** What the network takes. */
export type NetworkLimits = Readonly<{
  maxShareBytes: number
  maxLifeMs: number
  /** Whether anyone gets a grant, or only who shows an access token. */
  grants: 'open' | 'token'
}>

/** One entry of `RTCConfiguration.iceServers`. */
export type IceServer = Readonly<{
  urls: readonly string[]
  username?: string
  credential?: string
}>

/** Answer to `GET /v1/network`. */
export type NetworkAnswer = Readonly<{
  name: string
  /** Ed25519 public key of the network, 32 bytes. */
  key: Bytes
  /** A directory record, unopened. */
  directory: Bytes
  iceServers: readonly IceServer[]
  limits: NetworkLimits
}>

/** Body of `POST /v1/grants`. */
export type GrantRequest = Readonly<{ shareId: ShareId; maxChunks: number }>
/** Its answer: a grant record, unopened. */
export type GrantAnswer = Readonly<{ grant: Bytes }>
/** Body of `POST /v1/seeds`: two records, unopened. */
export type JoinRequest = Readonly<{ invitation: Bytes; join: Bytes }>
/** Its answer: a certificate record, unopened. */
export type JoinAnswer = Readonly<{ certificate: Bytes }>

const nameSchema = v.pipe(
  v.string(),
  v.check((text) => isPlainText(text) && encodeUtf8(text).length <= NETWORK_NAME_BYTES_MAX),
)
const iceTextSchema = v.pipe(v.string(), v.maxLength(512))
const iceSchema = v.object({
  urls: v.pipe(
    v.array(v.pipe(iceTextSchema, v.regex(/^(stuns?|turns?):/))),
    v.minLength(1),
    v.maxLength(4),
  ),
  username: v.exactOptional(iceTextSchema),
  credential: v.exactOptional(iceTextSchema),
})
const networkSchema = v.object({
  name: nameSchema,
  key: v.pipe(
    bytesSchema(PUBLIC_KEY_BYTES, PUBLIC_KEY_BYTES),
    v.check((key) => isPublicKey(key)),
  ),
  directory: recordSchema(RECORD_BODY_BYTES_MAX + RECORD_OVERHEAD_BYTES),
  iceServers: v.pipe(v.array(iceSchema), v.maxLength(ICE_SERVERS_MAX)),
  limits: v.object({
    maxShareBytes: countSchema(),
    maxLifeMs: countSchema(),
    grants: v.picklist(['open', 'token']),
  }),
})
const grantRequestSchema = v.object({
  shareId: shareIdSchema,
  maxChunks: countSchema(CHUNKS_MAX, 1),
})
const grantAnswerSchema = v.object({ grant: recordSchema() })
const joinRequestSchema = v.object({ invitation: recordSchema(), join: recordSchema() })
const joinAnswerSchema = v.object({ certificate: recordSchema() })

export function formatNetwork(answer: NetworkAnswer): Record<string, unknown> {
  return { ...answer, key: formatBytes(answer.key), directory: formatBytes(answer.directory) }
}

/** @throws {TransferError} ANSWER_INVALID */
export function parseNetwork(json: unknown): NetworkAnswer {
  return parseJson(networkSchema, json, 'ANSWER_INVALID')
}

/** @throws {TransferError} REQUEST_INVALID */
export function parseGrantRequest(json: unknown): GrantRequest {
  return parseJson(grantRequestSchema, json, 'REQUEST_INVALID')
}

export function formatGrantAnswer({ grant }: GrantAnswer): Record<string, unknown> {
  return { grant: formatBytes(grant) }
}

/** @throws {TransferError} ANSWER_INVALID */
export function parseGrantAnswer(json: unknown): GrantAnswer {
  return parseJson(grantAnswerSchema, json, 'ANSWER_INVALID')
}

export function formatJoinRequest({ invitation, join }: JoinRequest): Record<string, unknown> {
  return { invitation: formatBytes(invitation), join: formatBytes(join) }
}

/** @throws {TransferError} REQUEST_INVALID */
export function parseJoinRequest(json: unknown): JoinRequest {
  return parseJson(joinRequestSchema, json, 'REQUEST_INVALID')
}

export function formatJoinAnswer({ certificate }: JoinAnswer): Record<string, unknown> {
  return { certificate: formatBytes(certificate) }
}

/** @throws {TransferError} ANSWER_INVALID */
export function parseJoinAnswer(json: unknown): JoinAnswer {
  return parseJson(joinAnswerSchema, json, 'ANSWER_INVALID')
}
