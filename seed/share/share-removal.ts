import type { ShareId } from '../../protocol/share-id.ts'
import type { Share } from '../catalog/share.ts'
import type { ShareParts } from './share-parts.ts'

/** Takes content and shares away for good. */
export class ShareRemoval {
  readonly #parts: ShareParts

  constructor(parts: ShareParts) {
    this.#parts = parts
  }

  /** Deletes chunks and index and keeps the record. `isWanted` is asked again when nothing else changes the share. */
  async unlink(shareId: ShareId, isWanted: (share: Share) => boolean): Promise<void> {
    await this.#parts.locks.run(shareId, async () => {
      const share = await this.#parts.catalog.get(shareId)
      if (share !== undefined && isWanted(share)) await this.unlinkLocked(share)
    })
  }

  /** For who changes the share already. */
  async unlinkLocked(share: Share): Promise<void> {
    const { store, catalog, events } = this.#parts
    // Files first: until they are gone the catalog counts their bytes, so that a crash here is made good.
    await store.deleteContent(share.id)
    if (share.storedBytes === 0 && share.held.count === 0 && !share.isIndexHeld) return
    await catalog.commit(share, { isEmptied: true })
    events.emit({ type: 'held', shareId: share.id })
  }

  /** Forgets the share, tombstone or not. */
  async drop(shareId: ShareId, isWanted: (share: Share) => boolean): Promise<void> {
    const { locks, store, catalog, events } = this.#parts
    await locks.run(shareId, async () => {
      const share = await catalog.get(shareId)
      if (share === undefined || !isWanted(share)) return
      await store.deleteShare(shareId)
      await catalog.delete(share)
      events.emit({ type: 'removed', shareId })
    })
  }
}
