import { readFile } from 'node:fs/promises'
import * as v from 'valibot'
import { parseHex, type Bytes } from '../protocol/bytes.ts'
import { TransferError } from '../protocol/errors.ts'
import { bytesSchema, countSchema, formatBytes, recordSchema } from '../protocol/http/json.ts'
import { RECORD_BODY_BYTES_MAX } from '../protocol/limits.ts'
import { RECORD_OVERHEAD_BYTES } from '../protocol/record/header.ts'
import { INVITATION_NONCE_BYTES } from '../protocol/record/invitation.ts'
import { openRecordBy } from '../protocol/record/record.ts'
import { listedStates } from '../protocol/record/seed-state.ts'
import { isSeedUrl } from '../protocol/record/seed-url.ts'
import { parseSeedId, seedIdOf, type SeedId } from '../protocol/seed-id.ts'
import { isSystemError, replaceFile } from './durable-file.ts'
import type { RegisteredSeed, SavedRegistry } from './registered-seed.ts'

/** A directory as it is handed out, and what its record says of itself. */
export type KeptDirectory = Readonly<{ record: Bytes; version: number; issuedAtMs: number }>

/** What a signal server keeps on disk. */
export type SignalState = Readonly<{
  registry: SavedRegistry
  /** The newest; undefined before the first. */
  directory: KeptDirectory | undefined
}>

const seedSchema = v.object({
  certificate: recordSchema(),
  urls: v.array(v.pipe(v.string(), v.check(isSeedUrl))),
  state: v.picklist([...listedStates, 'joined']),
  statedAtMs: countSchema(),
})
const invitationSchema = v.object({
  nonce: v.pipe(
    v.string(),
    v.check((nonce) => parseHex(nonce, INVITATION_NONCE_BYTES) !== undefined),
  ),
  seedId: v.pipe(v.string(), v.transform(parseSeedId)),
  notAfterMs: countSchema(),
})
const stateSchema = v.object({
  format: v.literal(1),
  publication: v.object({
    version: countSchema(),
    publishedAtMs: countSchema(),
    isChanged: v.boolean(),
  }),
  directory: v.exactOptional(bytesSchema(0, RECORD_BODY_BYTES_MAX + RECORD_OVERHEAD_BYTES)),
  seeds: v.array(seedSchema),
  invitations: v.array(invitationSchema),
})

/** Replaces the file; resolves once it is durable. */
export async function saveState(path: string, { registry, directory }: SignalState): Promise<void> {
  const { publication, seeds, invitations } = registry
  const state = {
    format: 1,
    publication,
    ...(directory === undefined ? {} : { directory: formatBytes(directory.record) }),
    seeds: [...seeds.values()].map(formatSeed),
    invitations: [...invitations].map(([nonce, { seedId, notAfterMs }]) => ({
      nonce,
      seedId,
      notAfterMs,
    })),
  }
  await replaceFile(path, `${JSON.stringify(state)}\n`)
}

/**
 * @returns undefined if there is no such file.
 * @throws {TransferError} FILE_UNREADABLE if it is damaged, NETWORK_MISMATCH if another key signed what is in it.
 */
export async function loadState(path: string, networkKey: Bytes): Promise<SignalState | undefined> {
  try {
    return parseState(await readFile(path, 'utf8'), networkKey)
  } catch (cause) {
    if (isSystemError(cause, 'ENOENT')) return undefined
    if (cause instanceof TransferError && cause.code === 'RECORD_INVALID') {
      const message = `${path} belongs to a network with another key. Use that key, or another folder.`
      throw new TransferError('NETWORK_MISMATCH', message, { cause })
    }
    const message = `${path} cannot be read. Put it back from a copy, or remove it: then the seeds join again.`
    throw new TransferError('FILE_UNREADABLE', message, { cause })
  }
}

function parseState(text: string, networkKey: Bytes): SignalState {
  const { publication, directory, seeds, invitations } = v.parse(stateSchema, JSON.parse(text))
  const registry = {
    publication,
    seeds: new Map(seeds.map((seed) => parseSeed(seed, networkKey))),
    invitations: new Map(invitations.map(({ nonce, ...used }) => [nonce, used])),
  }
  return { registry, directory: parseDirectory(directory, networkKey) }
}

function parseDirectory(record: Bytes | undefined, networkKey: Bytes): KeptDirectory | undefined {
  if (record === undefined) return undefined
  const { version, issuedAtMs } = openRecordBy('directory', record, networkKey)
  return { record, version, issuedAtMs }
}

/** Who a seed is stands in its certificate alone, so it is not kept twice. */
function parseSeed(
  seed: v.InferOutput<typeof seedSchema>,
  networkKey: Bytes,
): [SeedId, RegisteredSeed] {
  const body = openRecordBy('certificate', seed.certificate, networkKey)
  const { seedKey, operator, jurisdiction, notAfterMs } = body
  return [seedIdOf(seedKey), { ...seed, operator, jurisdiction, certifiedUntilMs: notAfterMs }]
}

function formatSeed(seed: RegisteredSeed): v.InferInput<typeof seedSchema> {
  const { certificate, urls, state, statedAtMs } = seed
  return { certificate: formatBytes(certificate), urls: [...urls], state, statedAtMs }
}
