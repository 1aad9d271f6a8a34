import { base64urlnopad } from '@scure/base'
import * as v from 'valibot'
import type { Bytes } from '../bytes.ts'
import { TransferError } from '../errors.ts'
import { SHORT_RECORD_BYTES_MAX } from '../limits.ts'
import { RECORD_OVERHEAD_BYTES } from '../record/header.ts'
import { parseShareId, type ShareId } from '../share-id.ts'

/**
 * Checks foreign JSON. Fields that the schema does not name are left out, so that a newer node can say more
 * to an older one.
 *
 * @param code - REQUEST_INVALID for what a node was asked, ANSWER_INVALID for what it answered.
 * @throws {TransferError} `code`, naming the field and never what stood in it: that may be a secret.
 */
export function parseJson<Output>(
  schema: v.GenericSchema<unknown, Output>,
  json: unknown,
  code: 'REQUEST_INVALID' | 'ANSWER_INVALID',
): Output {
  const result = v.safeParse(schema, json, { abortEarly: true })
  if (result.success) return result.output
  const field = v.getDotPath(result.issues[0]) ?? 'the JSON'
  const whose = code === 'REQUEST_INVALID' ? 'The request' : 'The answer'
  throw new TransferError(code, `${whose} is not understood: ${field} is missing or wrong.`)
}

/** An integer from 0 (or `min`) to `max`. */
export function countSchema(
  max = Number.MAX_SAFE_INTEGER,
  min = 0,
): v.GenericSchema<unknown, number> {
  return v.pipe(v.number(), v.safeInteger(), v.minValue(min), v.maxValue(max))
}

/** Bytes as base64url without padding, nonzero spare bits refused. */
export function bytesSchema(minBytes: number, maxBytes: number): v.GenericSchema<unknown, Bytes> {
  return v.pipe(
    v.string(),
    // Checked before it is decoded: others do not choose our allocations.
    v.minLength(textLength(minBytes)),
    v.maxLength(textLength(maxBytes)),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      try {
        return base64urlnopad.decode(dataset.value) as Bytes
      } catch {
        addIssue()
        return NEVER
      }
    }),
  )
}

/** A whole record, unopened. */
export function recordSchema(maxBytes = SHORT_RECORD_BYTES_MAX): v.GenericSchema<unknown, Bytes> {
  return bytesSchema(RECORD_OVERHEAD_BYTES, maxBytes)
}

export const shareIdSchema: v.GenericSchema<unknown, ShareId> = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{40}$/),
  v.transform((text) => parseShareId(text)),
)

export function formatBytes(bytes: Bytes): string {
  return base64urlnopad.encode(bytes)
}

function textLength(bytes: number): number {
  return Math.ceil((bytes * 4) / 3)
}
