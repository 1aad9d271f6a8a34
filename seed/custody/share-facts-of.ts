import type { ShareFacts } from '../../protocol/custody/share-facts.ts'
import type { Share } from '../catalog/share.ts'
import type { ShareService } from '../share-service.ts'

/** What custody needs to know of a share here, in numbers of its own: the share itself may leave memory. */
export function factsOf(share: Share, shares: ShareService): ShareFacts {
  const { replicas, jurisdictions, denied } = share.origin.genesis
  const { checkpoint } = share
  return {
    policy: { replicas, jurisdictions, denied },
    state: checkpoint?.state ?? 'none',
    seq: checkpoint?.seq ?? -1,
    chunkCount: share.chunkCount,
    heldCount: share.held.count,
    isIndexHeld: share.isIndexHeld,
    isVerified: share.isVerified,
    issuedAtMs: checkpoint?.issuedAtMs ?? 0,
    changedAtMs: share.changedAtMs,
    servedUntilMs: shares.servedUntilMs(share),
  }
}
