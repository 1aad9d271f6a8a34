import { CHECKPOINT_LIFE_MS, SEED_LINKS_MAX } from '../protocol/limits.ts'

/** What a seed may be started with. Each has a default that suits one machine that does little else. */
export type SeedLimits = Readonly<{
  /** Bytes of shares at most; undefined for what the disk has. */
  capacityBytes: number | undefined
  /** Bytes of the disk that stay free; undefined for the larger of 5 % and 1 GiB. */
  reserveBytes: number | undefined
  /** Above this part of what it can store, a seed takes no new share. */
  highWaterShare: number
  /** How long a share is kept from when it came, whatever its owner says. */
  maxLifeMs: number
  /** Downloads served at once, in all and to one address. */
  reads: number
  readsPerAddress: number
  /** Uploads taken at once, in all and from one address. */
  uploads: number
  uploadsPerAddress: number
  /** Bytes one address may upload within a day. */
  uploadBytesPerAddressDay: number
  /** WebRTC connections at once. */
  peers: number
  /** Requests that wait for news at once. */
  longPolls: number
  connections: number
  /** Per address. */
  requestsPerMinute: number
  /** Slowest upload that is waited for, over 10 s. */
  uploadBytesPerSecondMin: number
  /** How fast the scrub reads; 0 turns it off. */
  scrubBytesPerSecond: number
  /** Between two looks for expired shares. */
  maintenancePeriodMs: number
}>

const KIB = 1024
const MIB = 1024 * KIB
const TIB = 1024 * 1024 * MIB

export const defaultSeedLimits: SeedLimits = {
  capacityBytes: undefined,
  reserveBytes: undefined,
  highWaterShare: 0.9,
  maxLifeMs: CHECKPOINT_LIFE_MS,
  reads: 128,
  readsPerAddress: 64,
  uploads: 64,
  uploadsPerAddress: 32,
  uploadBytesPerAddressDay: TIB,
  peers: SEED_LINKS_MAX,
  longPolls: 4096,
  connections: 8192,
  requestsPerMinute: 30_000,
  uploadBytesPerSecondMin: 16 * KIB,
  scrubBytesPerSecond: 8 * MIB,
  maintenancePeriodMs: 5 * 60_000,
}
