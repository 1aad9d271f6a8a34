import * as v from 'valibot'
import { concat, decodeUtf8, encodeUtf8, type Bytes } from './bytes.ts'
import { engine, type CryptoEngine } from './crypto/engine.ts'
import { TransferError } from './errors.ts'
import { isJsonWithin } from './json-bounds.ts'
import type { ContentKeys } from './key-schedule.ts'
import {
  CHUNK_PLAIN_BYTES,
  CHUNKS_MAX,
  INDEX_ENTRIES_MAX,
  INDEX_SEALED_BYTES_MAX,
  NONCE_BYTES,
  PATH_BYTES_MAX,
  PATH_DEPTH_MAX,
  SEALED_OVERHEAD_BYTES,
} from './limits.ts'
import { paddedBytes } from './padme.ts'
import { shareIdBytes, type ShareId } from './share-id.ts'

/** One file of a share, or an empty folder: then `path` ends in `/` and `size` is 0. */
export type IndexEntry = Readonly<{
  /** Segments joined by `/`, exactly as the sender named them: make it safe before use. */
  path: string
  size: number
  /** A hint such as `image/png`, believed by nobody. */
  type?: string
  mtimeMs?: number
  executable?: boolean
}>

/** The list of files, in stream order: there are no offsets, files lie one after the other. */
export type ShareIndex = readonly IndexEntry[]

const LABEL = encodeUtf8('skerry/1 index\0')
const SPACE = 0x20
const CLOSING_BRACE = 0x7d
const STREAM_BYTES_MAX = CHUNK_PLAIN_BYTES * CHUNKS_MAX
// Three levels; an entry has one brace, and at most four commas inside and one behind.
const JSON_BOUNDS = { depthMax: 3, marksMax: 6 * INDEX_ENTRIES_MAX + 3 } as const

const pathSchema = v.pipe(
  v.string(),
  v.minLength(1),
  v.check((path) => encodeUtf8(path).length <= PATH_BYTES_MAX),
  v.check((path) => path.split('/').length <= PATH_DEPTH_MAX + 1),
)
const sizeSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const entrySchema = v.pipe(
  v.strictObject({
    path: pathSchema,
    size: sizeSchema,
    type: v.exactOptional(v.pipe(v.string(), v.maxLength(127))),
    mtimeMs: v.exactOptional(sizeSchema),
    executable: v.exactOptional(v.boolean()),
  }),
  v.check(({ path, size }) => !path.endsWith('/') || size === 0),
)
const indexSchema = v.strictObject({
  v: v.literal(1),
  entries: v.pipe(v.array(entrySchema), v.minLength(1), v.maxLength(INDEX_ENTRIES_MAX)),
})

/** Bytes of all files together. */
export function totalBytesOf(index: ShareIndex): number {
  return index.reduce((sum, { size }) => sum + size, 0)
}

/**
 * Seals the index; the same index seals to the same bytes.
 *
 * @throws {TransferError} INDEX_INVALID if it has too many entries, too long paths or too many bytes.
 * @see SPEC.md §7
 */
export async function sealIndex(
  keys: Pick<ContentKeys, 'indexKey' | 'nonceKey'>,
  shareId: ShareId,
  index: ShareIndex,
  crypto: CryptoEngine = engine,
): Promise<Bytes> {
  // What was checked is written, not what was given: the order of the keys is part of the bytes.
  const entries = checkIndex({ v: 1, entries: index })
  const padded = pad(encodeUtf8(JSON.stringify({ v: 1, entries })))
  const mac = await crypto.hmacSha256(keys.nonceKey, concat(LABEL, padded))
  const nonce = mac.slice(0, NONCE_BYTES)
  const sealed = await crypto.gcmSeal(keys.indexKey, nonce, additionalData(shareId), padded)
  return concat(nonce, sealed)
}

/** @throws {TransferError} CHUNK_FORGED if it is not as sealed, INDEX_INVALID if what is in it is not an index. */
export async function openIndex(
  keys: Pick<ContentKeys, 'indexKey'>,
  shareId: ShareId,
  sealed: Bytes,
  crypto: CryptoEngine = engine,
): Promise<ShareIndex> {
  if (sealed.length <= SEALED_OVERHEAD_BYTES || sealed.length > INDEX_SEALED_BYTES_MAX) {
    throw new TransferError('INDEX_INVALID', 'The list of files has a wrong length.')
  }
  const nonce = sealed.slice(0, NONCE_BYTES)
  const body = sealed.subarray(NONCE_BYTES)
  try {
    const padded = await crypto.gcmOpen(keys.indexKey, nonce, additionalData(shareId), body)
    return parseIndex(padded)
  } catch (cause) {
    if (cause instanceof TransferError) throw cause
    throw new TransferError('CHUNK_FORGED', 'The list of files is not as sealed.', { cause })
  }
}

function parseIndex(padded: Bytes): ShareIndex {
  const jsonBytes = padded.findLastIndex((byte) => byte !== SPACE) + 1
  // Exactly as the sender should have made it: shorter padding would tell the size of the list.
  if (padded[jsonBytes - 1] !== CLOSING_BRACE || padded.length !== paddedBytes(jsonBytes)) {
    throw new TransferError('INDEX_INVALID', 'The list of files is not padded as it must be.')
  }
  if (!isJsonWithin(padded, JSON_BOUNDS)) {
    throw new TransferError('INDEX_INVALID', 'The list of files has more entries than allowed.')
  }
  try {
    return checkIndex(JSON.parse(decodeUtf8(padded)))
  } catch (cause) {
    if (cause instanceof TransferError) throw cause
    throw new TransferError('INDEX_INVALID', 'The list of files is not readable.', { cause })
  }
}

function checkIndex(value: unknown): ShareIndex {
  const result = v.safeParse(indexSchema, value, { abortEarly: true })
  if (!result.success) {
    throw new TransferError(
      'INDEX_INVALID',
      `The list of files is not valid: ${describe(result.issues)}.`,
    )
  }
  const { entries } = result.output
  const total = totalBytesOf(entries)
  if (total > STREAM_BYTES_MAX || paddedBytes(total) > STREAM_BYTES_MAX) {
    throw new TransferError('INDEX_INVALID', 'The files are larger than a share can be (2 TiB).')
  }
  return entries
}

/** Says which rule was broken and never which name: names stay out of errors. */
function describe(issues: readonly v.BaseIssue<unknown>[]): string {
  const issue = issues[0]
  return issue === undefined ? 'unknown' : `${v.getDotPath(issue) ?? 'entry'} (${issue.type})`
}

function pad(json: Bytes): Bytes {
  const length = paddedBytes(json.length)
  if (length + SEALED_OVERHEAD_BYTES > INDEX_SEALED_BYTES_MAX) {
    throw new TransferError(
      'INDEX_INVALID',
      'The list of files is too long: send fewer files at once.',
    )
  }
  const padded = new Uint8Array(length).fill(SPACE)
  padded.set(json)
  return padded
}

function additionalData(shareId: ShareId): Bytes {
  return concat(LABEL, shareIdBytes(shareId))
}
