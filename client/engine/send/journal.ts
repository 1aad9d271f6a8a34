import * as v from 'valibot'
import type { Bytes } from '../../../protocol/bytes.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { GENESIS_BYTES } from '../../../protocol/genesis.ts'
import { bytesSchema, countSchema, formatBytes, recordSchema } from '../../../protocol/http/json.ts'
import { CHUNKS_MAX } from '../../../protocol/limits.ts'

/** A file as it was when the share was planned. */
export type KeptFile = Readonly<{ path: string; size: number; mtimeMs?: number }>

/**
 * What brings an unfinished share back after a crash: its secrets and what its files were. It opens, extends and
 * deletes the share, so it is kept where only its owner can read.
 */
export type SendJournal = Readonly<{
  networkUrl: string
  networkKey: Bytes
  genesisBytes: Bytes
  ownerSeed: Bytes
  secret: Bytes
  /** Once the network gave it. */
  grant: Bytes | undefined
  expiresAtMs: number
  files: readonly KeptFile[]
}>

/** How far a share was ever signed. A crash may lose the last of them, but never one that a seed saw. */
export type SendMark = Readonly<{ seq: number; chunkCount: number }>

export function keptFileOf({ path, size, mtimeMs }: KeptFile): KeptFile {
  return mtimeMs === undefined ? { path, size } : { path, size, mtimeMs }
}

/** Where the journal of one share is kept. */
export interface JournalSlot {
  /** Durable when it resolves. */
  save(journal: SendJournal): Promise<void>
  /** Called for every checkpoint: survives the end of the process, though perhaps not a power cut. */
  mark(mark: SendMark): Promise<void>
  remove(): Promise<void>
}

const fileSchema = v.object({
  path: v.string(),
  size: countSchema(),
  mtimeMs: v.exactOptional(v.number()),
})
const journalSchema = v.object({
  v: v.literal(1),
  networkUrl: v.string(),
  networkKey: bytesSchema(32, 32),
  genesisBytes: bytesSchema(GENESIS_BYTES, GENESIS_BYTES),
  ownerSeed: bytesSchema(32, 32),
  secret: bytesSchema(16, 16),
  grant: v.exactOptional(recordSchema()),
  expiresAtMs: countSchema(),
  files: v.array(fileSchema),
})
const markSchema = v.object({ seq: countSchema(), chunkCount: countSchema(CHUNKS_MAX) })

export function formatJournal(journal: SendJournal): string {
  const { networkKey, genesisBytes, ownerSeed, secret, grant, ...plain } = journal
  const bytes = {
    networkKey: formatBytes(networkKey),
    genesisBytes: formatBytes(genesisBytes),
    ownerSeed: formatBytes(ownerSeed),
    secret: formatBytes(secret),
    ...(grant === undefined ? {} : { grant: formatBytes(grant) }),
  }
  return JSON.stringify({ v: 1, ...plain, ...bytes })
}

/** @throws {TransferError} ANSWER_INVALID if it is not a journal of this version. */
export function parseJournal(text: string): SendJournal {
  const { v: _version, grant, ...journal } = parseText(journalSchema, text)
  return { ...journal, grant }
}

export function formatMark(mark: SendMark): string {
  return JSON.stringify(mark)
}

/** @throws {TransferError} ANSWER_INVALID */
export function parseMark(text: string): SendMark {
  return parseText(markSchema, text)
}

function parseText<Output>(schema: v.GenericSchema<unknown, Output>, text: string): Output {
  try {
    return v.parse(schema, JSON.parse(text))
  } catch {
    // What stood in it stays unsaid, as a cause too: it holds keys.
    throw new TransferError('ANSWER_INVALID', 'A note about an unfinished share is not readable.')
  }
}

/**
 * What is no longer as it was, in words: the first such file.
 *
 * @returns undefined if all are the same.
 */
export function changedFile(
  kept: readonly KeptFile[],
  files: readonly KeptFile[],
): string | undefined {
  if (kept.length !== files.length) return 'files were added or removed'
  const at = files.findIndex((file, i) => !isSameFile(file, kept[i]))
  return at < 0 ? undefined : `${files[at]?.path ?? 'a file'} changed`
}

/** By all that is kept of it: what is in it is not compared. */
export function isSameFile(file: KeptFile, kept: KeptFile | undefined): boolean {
  return file.path === kept?.path && file.size === kept.size && file.mtimeMs === kept.mtimeMs
}
