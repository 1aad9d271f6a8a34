import * as v from 'valibot'
import type { Bytes } from '../bytes.ts'
import { CHECKPOINT_BYTES } from '../checkpoint.ts'
import type { FaultDetails } from '../errors.ts'
import { CHUNKS_MAX, RECEIPTS_MAX } from '../limits.ts'
import { bytesSchema, countSchema, formatBytes, parseJson, recordSchema } from './json.ts'

/** Answer to `PUT /v1/shares/:id/checkpoint`: what the seed holds now, or its word that it deleted. */
export type CheckpointAnswer = Readonly<
  | { seq: number; n: number; deletion?: undefined }
  /** A deletion record, unopened. */
  | { deletion: Bytes }
>

/** Answer to `GET /healthz`: that the seed serves, since which start, and what time it is there. */
export type SeedHealth = Readonly<{
  /** Drawn at each start of the process: another one means that it may have lost what it held. */
  instance: string | undefined
  nowMs: number | undefined
}>

const checkpointSchema = v.union([
  v.object({ deletion: recordSchema() }),
  v.object({ seq: countSchema(), n: countSchema(CHUNKS_MAX) }),
])
const receiptsSchema = v.object({
  receipts: v.pipe(v.array(recordSchema()), v.maxLength(RECEIPTS_MAX)),
})
const healthSchema = v.object({
  instance: v.optional(v.pipe(v.string(), v.maxLength(64))),
  nowMs: v.optional(countSchema()),
})
const goneSchema = v.object({ checkpoint: bytesSchema(CHECKPOINT_BYTES, CHECKPOINT_BYTES) })

export function formatCheckpointAnswer(answer: CheckpointAnswer): Record<string, unknown> {
  if (answer.deletion !== undefined) return { deletion: formatBytes(answer.deletion) }
  return { seq: answer.seq, n: answer.n }
}

/** @throws {TransferError} ANSWER_INVALID */
export function parseCheckpointAnswer(json: unknown): CheckpointAnswer {
  return parseJson(checkpointSchema, json, 'ANSWER_INVALID')
}

/** @throws {TransferError} ANSWER_INVALID */
export function parseSeedHealth(json: unknown): SeedHealth {
  const { instance, nowMs } = parseJson(healthSchema, json, 'ANSWER_INVALID')
  return { instance, nowMs }
}

/** Answer to `GET /v1/shares/:id/receipts`. @param receipts - Own first; those above RECEIPTS_MAX stay unsaid. */
export function formatReceipts(receipts: readonly Bytes[]): Record<string, unknown> {
  return { receipts: receipts.slice(0, RECEIPTS_MAX).map((receipt) => formatBytes(receipt)) }
}

/** @returns Receipt records, unopened. @throws {TransferError} ANSWER_INVALID */
export function parseReceipts(json: unknown): Bytes[] {
  return parseJson(receiptsSchema, json, 'ANSWER_INVALID').receipts
}

/** Details of SHARE_DELETED and SHARE_EXPIRED: the owner's word for it. */
export function formatGoneDetails(checkpoint: Bytes): FaultDetails {
  return { checkpoint: formatBytes(checkpoint) }
}

/** @returns The checkpoint, unverified. @throws {TransferError} ANSWER_INVALID if the seed shows none. */
export function parseGoneDetails(details: FaultDetails): Bytes {
  return parseJson(goneSchema, details, 'ANSWER_INVALID').checkpoint
}
