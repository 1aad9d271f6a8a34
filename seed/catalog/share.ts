import type { Accepted } from '../../protocol/accept.ts'
import type { Bytes } from '../../protocol/bytes.ts'
import type { Checkpoint } from '../../protocol/checkpoint.ts'
import type { Genesis } from '../../protocol/genesis.ts'
import type { Grant } from '../../protocol/record/grant.ts'
import type { SeedId } from '../../protocol/seed-id.ts'
import type { ShareId } from '../../protocol/share-id.ts'
import { HeldChunks } from './held-chunks.ts'

/** What never changes about a share here. */
export type ShareOrigin = Readonly<{
  id: ShareId
  /** 180 bytes, as the owner made them. */
  genesisBytes: Bytes
  genesis: Genesis
  /** The grant's record, as the network signed it; handed on with the genesis. */
  grantBytes: Bytes
  grant: Grant
  /** 32 bytes: opens this share at every seed, so it stays off logs. */
  readToken: Bytes
  /** By this seed's clock; the seed's own cap counts from here. */
  receivedAtMs: number
}>

/**
 * One share as this seed holds it. There is one object a share in the process, and only the catalog changes
 * it, after the change is durable: whoever keeps it sees what is so now.
 */
export class Share {
  readonly origin: ShareOrigin
  /** Dropped for good: whoever still keeps this object must let it be. */
  isRemoved = false
  /** The newest checkpoint; chunk hashes are loaded for its last extent only if that is incomplete. */
  accepted: Accepted | undefined = undefined
  /** When `accepted` came here, by this seed's clock; `receivedAtMs` until then. */
  changedAtMs: number
  /** False after a rebuild until the hash list is known again: nothing of it is served or receipted. */
  isVerified = true
  /** The sealed index is held durably and is the one the checkpoint names. */
  isIndexHeld = false
  /** Bytes of chunks and index held here. */
  storedBytes = 0
  /** Two checkpoints of the owner that contradict each other, 196 bytes each. */
  evidence: Bytes | undefined = undefined
  readonly held = new HeldChunks()
  /** Another one whenever content was deleted: what was written before then is not held. */
  epoch = 0
  /** Co-custodians' receipts as last seen: signed records. */
  readonly receipts = new Map<SeedId, Bytes>()

  constructor(origin: ShareOrigin) {
    this.origin = origin
    this.changedAtMs = origin.receivedAtMs
  }

  /** For the catalog only. */
  empty(): void {
    this.held.clear()
    this.epoch += 1
  }

  get id(): ShareId {
    return this.origin.id
  }

  get checkpoint(): Checkpoint | undefined {
    return this.accepted?.checkpoint
  }

  /** n: how many chunks are published. */
  get chunkCount(): number {
    return this.accepted?.checkpoint.chunkCount ?? 0
  }

  get isDeleted(): boolean {
    return this.checkpoint?.state === 'deleted'
  }

  /** Sealed, and every chunk and the index are held: what a receipt says. */
  get isComplete(): boolean {
    if (this.checkpoint?.state !== 'sealed' || !this.isVerified || !this.isIndexHeld) return false
    return this.held.count === this.chunkCount
  }
}
