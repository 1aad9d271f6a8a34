import type { Bytes } from '../protocol/bytes.ts'
import type { SeedId } from '../protocol/seed-id.ts'
import type { ShareService } from './share-service.ts'

/** What the custody loop builds on. */
export type CustodyDeps = Readonly<{
  shares: ShareService
  seedId: SeedId
  /** Ed25519 secret key of this seed. */
  key: Bytes
  networkKey: Bytes
  nowMs: () => number
  /** Free and usable bytes, and whether the seed takes new shares. */
  getState: () => Promise<{ state: 'open' | 'full' | 'draining'; freeBytes: number }>
}>

/** A running custody loop, as the rest of the seed sees it. */
export interface Custody extends AsyncDisposable {
  /** For the operator, in `GET /v1/status`: plain JSON, no ids of shares, no tokens. */
  summarize(): Readonly<Record<string, unknown>>
}

export type CreateCustody = (deps: CustodyDeps) => Custody
