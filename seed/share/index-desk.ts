import { isEqual, type Bytes } from '../../protocol/bytes.ts'
import { engine } from '../../protocol/crypto/engine.ts'
import { TransferError } from '../../protocol/errors.ts'
import type { ShareId } from '../../protocol/share-id.ts'
import type { Share } from '../catalog/share.ts'
import { checkServable, findShare, type ShareParts } from './share-parts.ts'

/** Takes in the sealed index, of which a share has exactly one. */
export class IndexDesk {
  readonly #parts: ShareParts

  constructor(parts: ShareParts) {
    this.#parts = parts
  }

  async put(shareId: ShareId, sealedIndex: Bytes): Promise<void> {
    const { locks, store, catalog, events, space } = this.#parts
    const hash = await engine.sha256(sealedIndex)
    await locks.run(shareId, async () => {
      const share = await findShare(this.#parts, shareId)
      checkServable(this.#parts, share)
      checkNamed(share, sealedIndex, hash)
      // Also if it is held: what lies on disk may have rotted.
      await space.within(sealedIndex.length, () => store.putFile(shareId, 'index', sealedIndex))
      if (!share.isIndexHeld) await catalog.commit(share, { isIndexHeld: true })
    })
    events.emit({ type: 'held', shareId })
  }
}

function checkNamed({ checkpoint }: Share, sealedIndex: Bytes, hash: Bytes): void {
  if (checkpoint === undefined || checkpoint.chunkCount === 0) {
    const message = 'No checkpoint held here names an index: send the checkpoint first.'
    throw new TransferError('HASHES_MISSING', message, { details: { n: 0 } })
  }
  const isSized = sealedIndex.length === checkpoint.indexBytes
  if (isSized && isEqual(hash, checkpoint.indexHash)) return
  throw new TransferError('HASH_MISMATCH', 'This is not the index that the sender published.')
}
