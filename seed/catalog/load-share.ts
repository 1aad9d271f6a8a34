import type { Accepted } from '../../protocol/accept.ts'
import { isEqual } from '../../protocol/bytes.ts'
import { decodeCheckpoint } from '../../protocol/checkpoint.ts'
import { decodeGenesis } from '../../protocol/genesis.ts'
import {
  extentChunkCount,
  extentCountOf,
  extentHashOf,
  HASH_BYTES,
  rootOf,
  type ExtentHashes,
} from '../../protocol/hash-list.ts'
import { EXTENT_CHUNKS } from '../../protocol/limits.ts'
import { parseSeedId } from '../../protocol/seed-id.ts'
import type { ShareId } from '../../protocol/share-id.ts'
import type { LevelRows } from './level-rows.ts'
import { Share } from './share.ts'
import { rowKeys } from './share-change.ts'
import { decodeShareRow, type ShareRow } from './share-row.ts'

/**
 * Reads a share from the catalog's rows, undefined if there is none. Its hash list must make the root of its
 * checkpoint; if it does not, the share comes unverified.
 *
 * @throws {TransferError} if the row of the share itself is damaged.
 */
export async function loadShare(rows: LevelRows, id: ShareId): Promise<Share | undefined> {
  const bytes = await rows.get(rowKeys.share(id))
  if (bytes === undefined) return undefined
  const row = decodeShareRow(bytes)
  const share = shareOf(id, row)
  const extents = row.isVerified ? await loadExtents(rows, share) : undefined
  share.isVerified = extents !== undefined
  if (share.accepted !== undefined) share.accepted = { ...share.accepted, extents: extents ?? [] }
  if (share.isVerified) await loadHeld(rows, share)
  const prefix = `r${id}`
  for await (const [key, receipt] of rows.list(prefix)) {
    share.receipts.set(parseSeedId(key.slice(prefix.length)), receipt)
  }
  return share
}

function shareOf(id: ShareId, row: ShareRow): Share {
  const { maxChunks, grantNotAfterMs: notAfterMs } = row
  const grant = { shareId: id, maxChunks, notAfterMs }
  const share = new Share({ ...row, id, grant, genesis: decodeGenesis(row.genesisBytes) })
  share.changedAtMs = row.changedAtMs
  share.isIndexHeld = row.isIndexHeld
  share.storedBytes = row.storedBytes
  share.evidence = row.evidence
  share.accepted = acceptedOf(row)
  return share
}

function acceptedOf({ checkpointBytes }: ShareRow): Accepted | undefined {
  if (checkpointBytes === undefined) return undefined
  const checkpoint = decodeCheckpoint(checkpointBytes)
  return { checkpoint, bytes: checkpointBytes, extents: [] }
}

/** @returns undefined if the rows do not make the root. */
async function loadExtents(rows: LevelRows, share: Share): Promise<ExtentHashes[] | undefined> {
  const { checkpoint } = share
  if (checkpoint === undefined || checkpoint.state === 'deleted') return []
  const extents: ExtentHashes[] = []
  for await (const [, chunkHashes] of rows.list(`h${share.id}`)) {
    const count = extentChunkCount(extents.length, checkpoint.chunkCount)
    if (count === 0 || chunkHashes.length !== count * HASH_BYTES) return undefined
    const hash = extentHashOf(extents.length, chunkHashes)
    extents.push({ hash, chunkHashes: count === EXTENT_CHUNKS ? undefined : chunkHashes })
  }
  const hashes = extents.map(({ hash }) => hash)
  const isWhole = extents.length === extentCountOf(checkpoint.chunkCount)
  return isWhole && isEqual(rootOf(checkpoint.chunkCount, hashes), checkpoint.root)
    ? extents
    : undefined
}

async function loadHeld(rows: LevelRows, share: Share): Promise<void> {
  const prefix = `b${share.id}`
  for await (const [key, row] of rows.list(prefix)) {
    const extent = Number.parseInt(key.slice(prefix.length), 16)
    share.held.addExtentBits(extent, ((row[0] ?? 0) << 8) | (row[1] ?? 0))
  }
}
