import type { ShareService } from '../../../seed/share-service.ts'
import type { SentShare } from '../sent-share.ts'

/** Puts a whole share where it belongs, or as many extents of it as told. */
export async function storeShare(
  shares: ShareService,
  share: SentShare,
  extentCount = share.extents.length,
): Promise<void> {
  await shares.create(share.creation)
  await shares.putCheckpoint(share.id, share.sealed())
  await shares.putIndex(share.id, share.index)
  for (const [first, last] of share.extents.slice(0, extentCount)) {
    await shares.putChunks(share.id, share.upload(first, last))
  }
}
