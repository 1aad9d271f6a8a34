import { TransferError } from '../../protocol/errors.ts'
import type { ShareId } from '../../protocol/share-id.ts'
import type { ExtentStore } from '../store/extent-store.ts'
import type { RowChange } from './level-rows.ts'
import { rowKeys } from './share-change.ts'
import { decodeShareFile } from './share-file.ts'
import { encodeShareRow } from './share-row.ts'

/**
 * Makes the row of a share from its file alone. What it holds is not known then: a share with chunks comes
 * unverified.
 */
export async function readShareFile(
  store: ExtentStore,
  shareId: ShareId,
): Promise<RowChange | 'missing' | 'damaged'> {
  const bytes = await store.getFile(shareId, 'share')
  if (bytes === undefined) return 'missing'
  try {
    const file = decodeShareFile(shareId, bytes)
    // The process may have ended between the tombstone and this.
    if (file.checkpoint?.state === 'deleted') await store.deleteContent(shareId)
    const sinceMs = await store.sinceMs(shareId)
    const value = encodeShareRow({
      ...file,
      maxChunks: file.grant.maxChunks,
      grantNotAfterMs: file.grant.notAfterMs,
      receivedAtMs: sinceMs,
      changedAtMs: sinceMs,
      storedBytes: 0,
      isVerified: file.checkpoint === undefined || file.checkpoint.chunkCount === 0,
      isIndexHeld: false,
      evidence: undefined,
    })
    return { type: 'put', key: rowKeys.share(shareId), value }
  } catch (cause) {
    if (cause instanceof TransferError) return 'damaged'
    throw cause
  }
}
