import type { CheckpointMessage } from '../../../protocol/accept.ts'
import type { Bytes } from '../../../protocol/bytes.ts'
import { signCheckpoint, type Checkpoint } from '../../../protocol/checkpoint.ts'
import { assert } from '../../../protocol/errors.ts'
import { CHUNK_PLAIN_BYTES, EXTENT_CHUNKS } from '../../../protocol/limits.ts'
import type { ShareId } from '../../../protocol/share-id.ts'
import type { HashLog } from './hash-log.ts'

/** The newest checkpoint there is, as it was signed. */
export type Published = Readonly<{ checkpoint: Checkpoint; bytes: Bytes }>

/** What a share is published with. */
export type PublishPlan = Readonly<{
  shareId: ShareId
  ownerSeed: Bytes
  chunkCount: number
  /** Plain bytes of the last chunk. */
  lastChunkBytes: number
  sealedIndex: Bytes
  indexHash: Bytes
}>

/** Signs the checkpoints of one share, each with a higher seq than any before. */
export class Publisher {
  readonly #plan: PublishPlan
  readonly #hashes: HashLog
  #expiresAtMs: number
  #seq: number
  #latest: Published | undefined

  /** @param seq - The highest that was ever signed for this share, 0 if none was. */
  constructor(
    plan: PublishPlan,
    hashes: HashLog,
    { seq, expiresAtMs }: { seq: number; expiresAtMs: number },
  ) {
    this.#plan = plan
    this.#hashes = hashes
    this.#seq = seq
    this.#expiresAtMs = expiresAtMs
  }

  get latest(): Published | undefined {
    return this.#latest
  }

  /** The seq that the next checkpoint will have. */
  get nextSeq(): number {
    return this.#seq + 1
  }

  /** Signs a checkpoint over all hashes known: the last one seals the share. */
  publish(nowMs: number): Published {
    const { shareId, ownerSeed, sealedIndex, indexHash } = this.#plan
    const chunkCount = this.#hashes.chunkCount
    const isSealed = chunkCount === this.#plan.chunkCount
    assert(chunkCount > 0 && (isSealed || chunkCount % EXTENT_CHUNKS === 0), 'whole extents')
    this.#seq += 1
    const checkpoint: Checkpoint = {
      shareId,
      seq: this.#seq,
      state: isSealed ? 'sealed' : 'open',
      chunkCount,
      lastChunkBytes: isSealed ? this.#plan.lastChunkBytes : CHUNK_PLAIN_BYTES,
      expiresAtMs: this.#expiresAtMs,
      issuedAtMs: nowMs,
      indexBytes: sealedIndex.length,
      indexHash,
      root: this.#hashes.root(),
    }
    this.#latest = { checkpoint, bytes: signCheckpoint(checkpoint, ownerSeed) }
    return this.#latest
  }

  /** Goes on from a checkpoint of this owner that was not signed here; it counts as the newest from now on. */
  adopt(published: Published): void {
    this.#latest = published
    this.#seq = Math.max(this.#seq, published.checkpoint.seq)
    this.#expiresAtMs = Math.max(this.#expiresAtMs, published.checkpoint.expiresAtMs)
  }

  /** What is signed from now on comes after this checkpoint, and expires no sooner. */
  follow({ seq, expiresAtMs }: Pick<Checkpoint, 'seq' | 'expiresAtMs'>): void {
    this.#seq = Math.max(this.#seq, seq)
    this.#expiresAtMs = Math.max(this.#expiresAtMs, expiresAtMs)
  }
}

/** The newest checkpoint and the hashes behind those that the seed holds: it may hold part of an extent. */
export function messageFor(
  { checkpoint, bytes }: Published,
  hashes: HashLog,
  heldChunks: number,
): CheckpointMessage {
  const held = Math.min(heldChunks, checkpoint.chunkCount)
  const first = Math.floor(held / EXTENT_CHUNKS) * EXTENT_CHUNKS
  return { checkpoint: bytes, first, hashes: hashes.range(first, checkpoint.chunkCount) }
}
