import type { SeedClient } from '../../client/engine/net/seed-client.ts'
import type { Bytes } from '../../protocol/bytes.ts'
import { TransferError } from '../../protocol/errors.ts'
import type { SeedId } from '../../protocol/seed-id.ts'

/** One seed that a share is pulled from. */
export class FillSource {
  readonly seedId: SeedId
  readonly client: SeedClient
  /** It answered with the genesis, so it was shown the token. */
  isMet = false
  /** It has nothing, does not answer, or lied: others are asked. */
  isLeft = false

  constructor(seedId: SeedId, client: SeedClient) {
    this.seedId = seedId
    this.client = client
  }

  /** @throws {TransferError} SHARE_MISSING if it does not know the share, or not yet. */
  async meet(readToken: Bytes, signal: AbortSignal): Promise<void> {
    if (this.isMet) return
    await this.client.getGenesis(signal)
    this.client.authorize(readToken)
    this.isMet = true
  }
}

/** True for what may be otherwise a moment later: the sender may be telling that seed just now. */
export function isNotYet(cause: unknown): boolean {
  if (!(cause instanceof TransferError)) return false
  switch (cause.code) {
    case 'SHARE_MISSING':
    case 'SHARE_UNVERIFIED':
    case 'CHUNK_MISSING':
    case 'TOO_MANY_REQUESTS':
      return true
    default:
      return false
  }
}
