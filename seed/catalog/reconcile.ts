import { isEqual } from '../../protocol/bytes.ts'
import { CHECKPOINT_BYTES } from '../../protocol/checkpoint.ts'
import { TransferError } from '../../protocol/errors.ts'
import type { ShareId } from '../../protocol/share-id.ts'
import type { ExtentStore } from '../store/extent-store.ts'
import type { LevelRows } from './level-rows.ts'
import { loadShare } from './load-share.ts'
import { readShareFile } from './read-share-file.ts'
import type { Share } from './share.ts'
import { rowKeys } from './share-change.ts'
import { decodeShareFile } from './share-file.ts'

/** What was found, and whether its row had to be made first. */
export type Reconciled = Readonly<{ share: Share | undefined; isNewRow: boolean }>

/**
 * Loads a share, and believes its file where the rows know less: LevelDB drops a damaged end of its log without a
 * word, and a deletion or a whole share must not be lost with it. A newer checkpoint that only the file has was
 * never answered for, and comes again from whoever signed or holds it.
 */
export async function loadReconciled(
  rows: LevelRows,
  store: ExtentStore,
  id: ShareId,
): Promise<Reconciled> {
  const share = await loadShare(rows, id)
  if (share === undefined) {
    const row = await readShareFile(store, id)
    if (row === 'missing' || row === 'damaged') return { share, isNewRow: false }
    await rows.write([row])
    return { share: await loadShare(rows, id), isNewRow: true }
  }
  if (share.isDeleted || !(await isDeletedInFile(store, share))) return { share, isNewRow: false }
  const row = await readShareFile(store, id)
  if (row === 'missing' || row === 'damaged') return { share, isNewRow: false }
  await rows.deleteAll(rowKeys.allHeld(id))
  await rows.write([row])
  return { share: await loadShare(rows, id), isNewRow: false }
}

async function isDeletedInFile(store: ExtentStore, { id, accepted }: Share): Promise<boolean> {
  const bytes = await store.getFile(id, 'share')
  if (bytes === undefined) return false
  const isSame = accepted !== undefined && isEqual(bytes.slice(-CHECKPOINT_BYTES), accepted.bytes)
  if (isSame) return false
  try {
    return decodeShareFile(id, bytes).checkpoint?.state === 'deleted'
  } catch (cause) {
    // A damaged file says nothing; it is written again from the row.
    if (cause instanceof TransferError) return false
    throw cause
  }
}
