import type { Bytes } from '../../protocol/bytes.ts'
import { signRecord } from '../../protocol/record/record.ts'
import type { Share } from '../catalog/share.ts'
import type { Copies } from './copies.ts'
import { servedUntil, standingNow, type ShareParts } from './share-parts.ts'

/** Signs what this seed holds durably, and only that. */
export class ReceiptDesk {
  readonly #parts: ShareParts
  readonly #copies: Copies

  constructor(parts: ShareParts, copies: Copies) {
    this.#parts = parts
    this.#copies = copies
  }

  /** @returns undefined unless the sealed share is here to its last chunk and will be until `keepUntilMs`. */
  async get(share: Share, challenge: Bytes): Promise<Bytes | undefined> {
    await this.#copies.checkPresence(share)
    const { checkpoint, id: shareId } = share
    if (checkpoint === undefined || !share.isComplete) return undefined
    if (share.isRemoved || standingNow(this.#parts, share) !== 'serve') return undefined
    const { seq, chunkCount: n, root, indexHash } = checkpoint
    const atMs = this.#parts.nowMs()
    const keepUntilMs = servedUntil(this.#parts, share)
    const body = { shareId, seq, n, root, indexHash, atMs, keepUntilMs, challenge }
    return signRecord('receipt', body, this.#parts.key)
  }
}
