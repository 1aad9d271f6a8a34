import { concat, type Bytes } from '../../protocol/bytes.ts'
import { engine } from '../../protocol/crypto/engine.ts'
import { TransferError } from '../../protocol/errors.ts'
import { extentChunkCount, extentCountOf, HASH_BYTES } from '../../protocol/hash-list.ts'
import { EXTENT_CHUNKS } from '../../protocol/limits.ts'
import type { ShareId } from '../../protocol/share-id.ts'
import type { Share } from '../catalog/share.ts'
import { offsetOf, readOrNothing, type Copies } from './copies.ts'
import { sealedChunkBytes } from './data-layout.ts'
import { withHashes } from './hash-lists.ts'
import { findShare, type ShareParts } from './share-parts.ts'

/** Between two tries at a share that could not be verified. */
const RETRY_MS = 10 * 60_000

/** Finds out again what a share has on disk, after the catalog was lost or damaged. */
export class ShareVerification {
  readonly #parts: ShareParts
  readonly #copies: Copies
  readonly #triedAtMs = new WeakMap<Share, number>()

  constructor(parts: ShareParts, copies: Copies) {
    this.#parts = parts
    this.#copies = copies
  }

  /**
   * Hashes all extents. If they make the root, the share is as it was; if one is missing, nobody can tell here,
   * and it waits for its hash list.
   */
  async verify(shareId: ShareId): Promise<void> {
    const share = await this.#parts.catalog.get(shareId)
    if (share === undefined || share.isVerified) return
    const hashes = await this.#hashAll(share)
    if (hashes !== undefined) await this.#adopt(share, hashes)
    if (share.isVerified) await this.recount(share)
  }

  /** Verifies a share that somebody asks for, but not again and again. */
  async verifyOnDemand(share: Share): Promise<void> {
    const nowMs = this.#parts.nowMs()
    if (Math.abs(nowMs - (this.#triedAtMs.get(share) ?? -Infinity)) < RETRY_MS) return
    this.#triedAtMs.set(share, nowMs)
    await this.verify(share.id)
  }

  /** @throws {TransferError} CHECKPOINT_INVALID if the hashes do not make the root. */
  async adoptHashList(shareId: ShareId, hashes: Bytes): Promise<void> {
    const share = await findShare(this.#parts, shareId)
    if (share.isVerified) return
    if (!(await this.#adopt(share, hashes))) {
      throw new TransferError('CHECKPOINT_INVALID', 'These hashes do not make the root.')
    }
    await this.recount(share)
  }

  /** Counts as held what lies on disk and is good. */
  async recount(share: Share): Promise<void> {
    const { epoch } = share
    if (!share.isIndexHeld && (await this.#copies.isIndexGood(share))) {
      await this.#commit(share, epoch, { isIndexHeld: true })
    }
    const extents = Array.from(await this.#parts.store.listExtents(share.id))
    for (const extent of extents.toSorted((a, b) => a - b)) {
      const held: number[] = []
      for (const index of chunksOf(share, extent)) {
        if (!share.held.has(index) && (await this.#copies.isGood(share, index))) held.push(index)
      }
      if (held.length > 0) await this.#commit(share, epoch, { held })
    }
  }

  async #adopt(share: Share, hashes: Bytes): Promise<boolean> {
    const { locks, catalog, events } = this.#parts
    const isAdopted = await locks.run(share.id, async () => {
      if (share.isVerified) return true
      const accepted = share.accepted === undefined ? undefined : withHashes(share.accepted, hashes)
      if (accepted === undefined || share.isRemoved) return false
      await catalog.commit(share, { accepted, isVerified: true })
      return true
    })
    if (isAdopted) events.emit({ type: 'checkpoint', shareId: share.id })
    return isAdopted
  }

  async #commit(
    share: Share,
    epoch: number,
    change: { held: number[] } | { isIndexHeld: true },
  ): Promise<void> {
    const { locks, catalog, events } = this.#parts
    await locks.run(share.id, async () => {
      if (!share.isRemoved && share.epoch === epoch) await catalog.commit(share, change)
    })
    events.emit({ type: 'held', shareId: share.id })
  }

  /** @returns undefined if a chunk is not there. */
  async #hashAll(share: Share): Promise<Bytes | undefined> {
    const all = new Uint8Array(share.chunkCount * HASH_BYTES)
    for (let extent = 0; extent < extentCountOf(share.chunkCount); extent += 1) {
      const hashes = await this.#hashExtent(share, extent)
      if (hashes === undefined) return undefined
      all.set(hashes, extent * EXTENT_CHUNKS * HASH_BYTES)
    }
    return all
  }

  async #hashExtent(share: Share, extent: number): Promise<Bytes | undefined> {
    const { checkpoint } = share
    await using reader = await this.#parts.store.openReader({ shareId: share.id, extent })
    if (reader === undefined || checkpoint === undefined) return undefined
    const hashes: Bytes[] = []
    for (const index of chunksOf(share, extent)) {
      const sealed = new Uint8Array(sealedChunkBytes(checkpoint, index))
      const filled = await readOrNothing(reader, offsetOf(index), sealed)
      if (filled < sealed.length) return undefined
      hashes.push(await engine.sha256(sealed))
    }
    return concat(...hashes)
  }
}

function* chunksOf(share: Share, extent: number): Generator<number> {
  const first = extent * EXTENT_CHUNKS
  const count = extentChunkCount(extent, share.chunkCount)
  for (let i = 0; i < count; i += 1) yield first + i
}
