import { extentCountOf } from '../../protocol/hash-list.ts'
import type { ShareId } from '../../protocol/share-id.ts'
import type { Share } from './share.ts'

const SHARE_BYTES = 4096
const EXTENT_BYTES = 256

/**
 * Shares in memory, those used last within a budget. A share that somebody still works with is found again
 * even after it fell out: two objects for one share would soon disagree.
 */
export class HotShares {
  readonly #bytesMax: number
  readonly #recent = new Map<ShareId, Readonly<{ share: Share; bytes: number }>>()
  readonly #alive = new Map<ShareId, WeakRef<Share>>()
  readonly #forget = new FinalizationRegistry<ShareId>((id) => {
    if (this.#alive.get(id)?.deref() === undefined) this.#alive.delete(id)
  })
  #bytes = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  get(id: ShareId): Share | undefined {
    const share = this.#alive.get(id)?.deref()
    if (share !== undefined) this.put(share)
    return share
  }

  put(share: Share): void {
    this.#remove(share.id)
    const bytes = bytesOf(share)
    this.#recent.set(share.id, { share, bytes })
    this.#bytes += bytes
    if (this.#alive.get(share.id)?.deref() !== share) {
      this.#alive.set(share.id, new WeakRef(share))
      this.#forget.register(share, share.id)
    }
    for (const id of this.#recent.keys()) {
      if (this.#bytes <= this.#bytesMax || id === share.id) break
      this.#remove(id)
    }
  }

  delete(id: ShareId): void {
    this.#remove(id)
    this.#alive.delete(id)
  }

  #remove(id: ShareId): void {
    this.#bytes -= this.#recent.get(id)?.bytes ?? 0
    this.#recent.delete(id)
  }
}

function bytesOf(share: Share): number {
  return SHARE_BYTES + extentCountOf(share.chunkCount) * EXTENT_BYTES
}
