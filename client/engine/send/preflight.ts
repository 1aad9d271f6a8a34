import { TransferError } from '../../../protocol/errors.ts'
import {
  CHECKPOINT_LIFE_MS,
  CHUNK_PLAIN_BYTES,
  CHUNKS_MAX,
  INDEX_ENTRIES_MAX,
} from '../../../protocol/limits.ts'
import { custodiansOf, meetsPolicy, type Policy } from '../../../protocol/placement.ts'
import type { Seed } from '../../../protocol/record/directory.ts'
import type { ShareId } from '../../../protocol/share-id.ts'
import type { FileSource } from '../file-source.ts'
import type { Network } from '../network.ts'

const DAY_MS = 86_400_000
const GB = 1e9

/**
 * Everything that can be known to fail before a single byte is read.
 *
 * @throws {TransferError} NOTHING_TO_SEND, SHARE_TOO_LARGE, USAGE (an expiry this network does not offer).
 */
export function checkRequest(
  files: readonly FileSource[],
  expiresInMs: number,
  { limits }: Network,
): void {
  if (files.length === 0) throw new TransferError('NOTHING_TO_SEND', 'There is nothing to send.')
  if (files.length > INDEX_ENTRIES_MAX) {
    const message = `These are ${files.length} files, and a share holds at most ${INDEX_ENTRIES_MAX}. Send them in parts, or as one archive.`
    throw new TransferError('SHARE_TOO_LARGE', message)
  }
  const totalBytes = files.reduce((sum, { size }) => sum + size, 0)
  const bytesMax = Math.min(limits.maxShareBytes, CHUNK_PLAIN_BYTES * CHUNKS_MAX)
  if (totalBytes > bytesMax) {
    const message = `The files are ${formatGb(totalBytes)} GB together, and this network takes at most ${formatGb(bytesMax)} GB in one share. Send them in parts.`
    throw new TransferError('SHARE_TOO_LARGE', message)
  }
  const lifeMs = Math.min(limits.maxLifeMs, CHECKPOINT_LIFE_MS)
  if (expiresInMs > lifeMs || expiresInMs <= 0) {
    const message = `This network keeps a share for at most ${formatDays(lifeMs)}. Choose an earlier end.`
    throw new TransferError('USAGE', message)
  }
}

/**
 * Whether the seeds of the directory can keep the share as the policy asks.
 *
 * @throws {TransferError} POLICY_UNMET, saying what the network has and what is asked for.
 */
export function checkPlaces(shareId: ShareId, policy: Policy, seeds: readonly Seed[]): void {
  const full = new Set(seeds.filter(({ state }) => state === 'full').map(({ id }) => id))
  if (meetsPolicy(policy, custodiansOf(shareId, policy, seeds, full))) return
  const open = seeds.filter(({ state }) => state === 'open')
  const allowed = open.filter(({ jurisdiction }) => !policy.denied.includes(jurisdiction))
  throw new TransferError(
    'POLICY_UNMET',
    `${describeOpen(allowed, seeds)} ${describeWish(policy, allowed)}`,
  )
}

function describeOpen(allowed: readonly Seed[], seeds: readonly Seed[]): string {
  if (seeds.length === 0) return 'This network has no seeds yet.'
  if (allowed.length === 0) return 'This network has no open seed that may keep the share now.'
  const places = [...new Set(allowed.map(({ jurisdiction }) => jurisdiction))].toSorted()
  const noun = places.length === 1 ? 'jurisdiction' : 'jurisdictions'
  return `This network has open seeds in ${places.length} ${noun} (${places.join(', ')}).`
}

function describeWish({ replicas, jurisdictions }: Policy, allowed: readonly Seed[]): string {
  const places = new Set(allowed.map(({ jurisdiction }) => jurisdiction)).size
  if (places < jurisdictions) return `The share asks for ${jurisdictions}.`
  const operators = new Set(allowed.map(({ operator }) => operator)).size
  return `They belong to ${operators} operators; the share asks for ${replicas} that fit together.`
}

function formatGb(bytes: number): string {
  const gigabytes = bytes / GB
  // With three digits, 1000 would be `1.00e+3`.
  return gigabytes < 999.5 ? gigabytes.toPrecision(3) : String(Math.round(gigabytes))
}

function formatDays(ms: number): string {
  return ms < 2 * DAY_MS ? `${Math.floor(ms / 3_600_000)} hours` : `${Math.floor(ms / DAY_MS)} days`
}
