import type { Accepted } from '../../protocol/accept.ts'
import type { Bytes } from '../../protocol/bytes.ts'
import {
  servedUntilMs,
  standingOf,
  type ExpiryFacts,
  type Standing,
} from '../../protocol/custody/expiry.ts'
import { TransferError } from '../../protocol/errors.ts'
import { formatGoneDetails } from '../../protocol/http/seed-json.ts'
import type { ShareId } from '../../protocol/share-id.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { Share } from '../catalog/share.ts'
import type { ExtentStore } from '../store/extent-store.ts'
import type { ShareEvents } from './share-events.ts'
import type { ShareLocks } from './share-locks.ts'
import type { SpaceKeeper } from './space-keeper.ts'

/** What every operation on shares works with. */
export type ShareParts = Readonly<{
  store: ExtentStore
  catalog: Catalog
  locks: ShareLocks
  events: ShareEvents
  space: SpaceKeeper
  nowMs: () => number
  maxLifeMs: number
  /** Ed25519 secret key of this seed. */
  key: Bytes
  networkKey: Bytes
}>

/** @throws {TransferError} SHARE_MISSING */
export async function findShare({ catalog }: ShareParts, id: ShareId): Promise<Share> {
  const share = await catalog.get(id)
  if (share !== undefined) return share
  throw new TransferError('SHARE_MISSING', 'This seed does not have this share.')
}

export function factsOf({ maxLifeMs }: ShareParts, share: Share): ExpiryFacts {
  const { checkpoint, changedAtMs, origin } = share
  const { receivedAtMs } = origin
  return { checkpoint, changedAtMs, receivedAtMs, maxLifeMs, isSpaceShort: false }
}

export function servedUntil(parts: ShareParts, share: Share): number {
  return servedUntilMs(factsOf(parts, share))
}

export function standingNow(parts: ShareParts, share: Share): Standing {
  return standingOf(factsOf(parts, share), parts.nowMs())
}

/** @throws {TransferError} SHARE_DELETED, SHARE_EXPIRED, SHARE_UNVERIFIED, SHARE_MISSING (dropped meanwhile) */
export function checkServable(parts: ShareParts, share: Share): void {
  checkKept(parts, share)
  if (share.isVerified) return
  const message = 'This seed is still checking its copy of this share.'
  throw new TransferError('SHARE_UNVERIFIED', message)
}

/** SHARE_DELETED, with the sender's word for it: a seed's own is not believed. */
export function deletedBy({ bytes }: Accepted): TransferError {
  const details = formatGoneDetails(bytes)
  return new TransferError('SHARE_DELETED', 'The sender deleted this share.', { details })
}

/** As `checkServable`, but for a share that is still being checked: it may be written to. */
export function checkKept(parts: ShareParts, share: Share): void {
  if (share.isRemoved) {
    throw new TransferError('SHARE_MISSING', 'This seed does not have this share any more.')
  }
  const { accepted } = share
  // Without a checkpoint there is nothing to serve yet, and nothing that could have expired.
  if (accepted === undefined) return
  if (share.isDeleted) throw deletedBy(accepted)
  if (standingNow(parts, share) !== 'serve') {
    const details = formatGoneDetails(accepted.bytes)
    throw new TransferError('SHARE_EXPIRED', 'This share has expired.', { details })
  }
}
