import type { Bytes } from '../../../protocol/bytes.ts'
import { decodeCheckpoint, openCheckpoint } from '../../../protocol/checkpoint.ts'
import { TransferError } from '../../../protocol/errors.ts'
import {
  extentCountOf,
  extentHashOf,
  splitHashes,
  type ExtentHashes,
} from '../../../protocol/hash-list.ts'
import { EXTENT_CHUNKS, FOLLOW_EXTENTS_MAX } from '../../../protocol/limits.ts'
import { delay } from '../delay.ts'
import type { Shown } from './share-record.ts'
import type { ShareRecord } from './share-record.ts'
import type { ShareSource } from './share-source.ts'

type Following = Readonly<{
  source: ShareSource
  record: ShareRecord
  /** Takes what the source shows; throws if it is not acceptable. */
  take: (shown: Shown) => Promise<void>
  /** Told of a failure, after which the source is asked again later, and undefined whenever it answered well. */
  note: (fault: TransferError | undefined) => void
  /** So often it is asked once the share is sealed: it may last longer, or be deleted. Never if undefined. */
  sealedLookMs: number | undefined
  signal: AbortSignal
}>

/** A source that has nothing new, or something old, is not asked more often than this. */
const PAUSE_MS = 1000
const RETRY_MS = 5000

/** Follows a share at one source until it is sealed, there or elsewhere, and longer if told; or `signal` aborts. */
export async function follow(following: Following): Promise<void> {
  const { record, note, sealedLookMs, signal } = following
  const isWanted = (): boolean => !record.isSealed || sealedLookMs !== undefined
  while (isWanted() && !signal.aborted) {
    let retryMs: number | undefined
    try {
      await followOnce(following)
      note(undefined)
    } catch (cause) {
      if (signal.aborted) return
      if (!(cause instanceof TransferError)) throw cause
      note(cause)
      retryMs = RETRY_MS
    }
    const lookMs = record.isSealed ? (sealedLookMs ?? 0) : (retryMs ?? 0)
    // One that failed may be well in a moment: it does not count as gone until the next look.
    const pauseMs = Math.min(lookMs, retryMs ?? Infinity)
    await delay(pauseMs, signal).catch(() => undefined)
  }
}

async function followOnce({ source, record, take, signal }: Following): Promise<void> {
  const pause = delay(PAUSE_MS, signal)
  // Waited for only where nothing new came.
  pause.catch(() => undefined)
  const seq = record.accepted?.checkpoint.seq ?? 0
  const bytes = await source.getCheckpoint(seq, signal)
  const isNews = bytes !== undefined && decodeCheckpoint(bytes).seq > currentSeq(record)
  if (isNews)
    await take({ checkpoint: bytes, extents: await loadExtents(source, record, bytes, signal) })
  // A source must not keep us busy with nothing.
  else await pause
}

function currentSeq({ accepted }: ShareRecord): number {
  return accepted?.checkpoint.seq ?? -1
}

/** What is known stays; only what follows it is loaded, of what the owner signed. No hash of it is verified. */
async function loadExtents(
  source: ShareSource,
  record: ShareRecord,
  bytes: Bytes,
  signal: AbortSignal,
): Promise<ExtentHashes[]> {
  const { chunkCount, state } = openCheckpoint(bytes, record.genesis.ownerPublicKey)
  if (state === 'deleted') return []
  const { checkpoint, extents = [] } = record.accepted ?? {}
  const first = Math.floor((checkpoint?.chunkCount ?? 0) / EXTENT_CHUNKS)
  const kept = extents.slice(0, Math.min(first, extentCountOf(chunkCount)))
  const count = extentCountOf(chunkCount) - kept.length
  const added =
    count > FOLLOW_EXTENTS_MAX
      ? await loadHashes(source, kept.length, signal)
      : await Promise.all(
          Array.from({ length: count }, (_, i) => loadExtent(source, kept.length + i, signal)),
        )
  return [...kept, ...added]
}

async function loadExtent(
  source: ShareSource,
  extent: number,
  signal: AbortSignal,
): Promise<ExtentHashes> {
  const chunkHashes = await source.getChunkHashes(extent, signal)
  return { hash: extentHashOf(extent, chunkHashes), chunkHashes }
}

/** After a long absence: extent hashes alone, but for the one that was incomplete. */
async function loadHashes(
  source: ShareSource,
  first: number,
  signal: AbortSignal,
): Promise<ExtentHashes[]> {
  const [hashes, firstExtent] = await Promise.all([
    source.getExtentHashes(signal),
    loadExtent(source, first, signal),
  ])
  const rest = splitHashes(hashes).slice(first + 1)
  return [firstExtent, ...rest.map((hash) => ({ hash, chunkHashes: undefined }))]
}
