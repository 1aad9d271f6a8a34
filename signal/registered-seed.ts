import type { Bytes } from '../protocol/bytes.ts'
import type { Jurisdiction } from '../protocol/jurisdiction.ts'
import type { ListedState } from '../protocol/record/seed-state.ts'
import type { SeedId } from '../protocol/seed-id.ts'
import type { SavedPublication } from './publication.ts'

/** A seed that joined, as the network keeps it. */
export type RegisteredSeed = Readonly<{
  /** A certificate record. The next three say what stands in it. */
  certificate: Bytes
  operator: string
  jurisdiction: Jurisdiction
  certifiedUntilMs: number
  /** Best first. */
  urls: readonly string[]
  /** `joined` until it first says how it is: it is not listed before. */
  state: ListedState | 'joined'
  /** When its newest state was signed, by its own clock: nothing older counts any more. */
  statedAtMs: number
}>

/** An invitation that was used. */
export type UsedInvitation = Readonly<{ seedId: SeedId; notAfterMs: number }>

/** All that must outlive the process. */
export type SavedRegistry = Readonly<{
  publication: SavedPublication
  seeds: ReadonlyMap<SeedId, RegisteredSeed>
  /** By their nonce in hex. */
  invitations: ReadonlyMap<string, UsedInvitation>
}>
