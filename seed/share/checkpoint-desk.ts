import {
  acceptCheckpoint,
  decodeCheckpointMessage,
  extendHashList,
  type Accepted,
  type CheckpointMessage,
} from '../../protocol/accept.ts'
import { concat, type Bytes } from '../../protocol/bytes.ts'
import { decodeCheckpoint } from '../../protocol/checkpoint.ts'
import { TransferError } from '../../protocol/errors.ts'
import { signRecord } from '../../protocol/record/record.ts'
import type { ShareId } from '../../protocol/share-id.ts'
import { encodeShareFile } from '../catalog/share-file.ts'
import type { Share } from '../catalog/share.ts'
import type { CheckpointAnswer } from '../share-service.ts'
import { relearn } from './hash-lists.ts'
import { deletedBy, findShare, type ShareParts } from './share-parts.ts'
import type { ShareRemoval } from './share-removal.ts'

/** Accepts the owner's checkpoints, one after the other for each share. */
export class CheckpointDesk {
  readonly #parts: ShareParts
  readonly #removal: ShareRemoval
  readonly #onRelearned: (share: Share) => void

  /** @param onRelearned - Told of a share whose lost hash list came back: what lies on disk counts again. */
  constructor(parts: ShareParts, removal: ShareRemoval, onRelearned: (share: Share) => void) {
    this.#parts = parts
    this.#removal = removal
    this.#onRelearned = onRelearned
  }

  async put(shareId: ShareId, bytes: Bytes): Promise<CheckpointAnswer> {
    const message = decodeCheckpointMessage(bytes)
    const { locks, space } = this.#parts
    return locks.run(shareId, async () => {
      const share = await findShare(this.#parts, shareId)
      const accepted = await this.#accept(share, message)
      // Without new hashes it is small, and a deletion must go through on a full disk too.
      const neededBytes = message.hashes.length > 0 ? bytes.length : 0
      if (accepted !== undefined) {
        await space.within(neededBytes, () => this.#store(share, accepted))
      }
      return { share, deletion: await this.#finishDeletion(share) }
    })
  }

  /** @returns undefined if it is the one that is held. */
  async #accept(share: Share, message: CheckpointMessage): Promise<Accepted | undefined> {
    const isDeletion = decodeCheckpoint(message.checkpoint).state === 'deleted'
    if (share.isDeleted && !isDeletion && share.accepted !== undefined)
      throw deletedBy(share.accepted)
    const isKnown = share.isVerified || isDeletion
    const held =
      isKnown || share.accepted === undefined ? share.accepted : relearn(share.accepted, message)
    const { id: shareId, genesis } = share.origin
    const extents = isDeletion ? [] : extendHashList(held, message)
    const offer = { shareId, genesis, checkpoint: message.checkpoint, extents }
    const accepted = await this.#judge(share, message.checkpoint, () =>
      acceptCheckpoint(offer, held, this.#parts.nowMs()),
    )
    if (accepted.checkpoint.chunkCount > share.origin.grant.maxChunks) {
      const most = `The network allowed ${share.origin.grant.maxChunks} chunks for this share.`
      throw new TransferError('GRANT_INVALID', most)
    }
    return accepted === share.accepted ? undefined : accepted
  }

  /** Keeps the proof if the owner contradicts what they published before. */
  async #judge(share: Share, offered: Bytes, accept: () => Accepted): Promise<Accepted> {
    try {
      return accept()
    } catch (cause) {
      const isProof = cause instanceof TransferError && cause.code === 'CHECKPOINT_CONFLICT'
      // The first one is proof enough.
      if (isProof && share.accepted !== undefined && share.evidence === undefined) {
        const evidence = concat(share.accepted.bytes, offered)
        await this.#parts.catalog.commit(share, { evidence })
      }
      throw cause
    }
  }

  /** The share file is the truth and the catalog its cache: that order. */
  async #store(share: Share, accepted: Accepted): Promise<void> {
    const { store, catalog, events, nowMs } = this.#parts
    await store.putFile(share.id, 'share', encodeShareFile(share, accepted.bytes))
    const isRelearned = !share.isVerified && accepted.checkpoint.state !== 'deleted'
    await catalog.commit(share, { accepted, acceptedAtMs: nowMs(), isVerified: true })
    if (isRelearned) this.#onRelearned(share)
    events.emit({ type: 'checkpoint', shareId: share.id })
  }

  async #finishDeletion(share: Share): Promise<Bytes | undefined> {
    const { checkpoint, isDeleted, id: shareId } = share
    if (checkpoint === undefined || !isDeleted) return undefined
    await this.#removal.unlinkLocked(share)
    const body = { shareId, seq: checkpoint.seq, atMs: share.changedAtMs }
    return signRecord('deletion', body, this.#parts.key)
  }
}
