import type { Bytes } from '../protocol/bytes.ts'
import type { CreateCustody } from './custody-hook.ts'
import type { OnFatal } from './fatal-error.ts'
import type { ServerTimeouts } from './http/app.ts'
import type { SeedLimits } from './seed-limits.ts'
import type { SeedLog } from './seed-log.ts'

/** What a seed is started with. Whatever is left out has a default. */
export type SeedOptions = Readonly<{
  /** Data folder; made if it is not there. One process at a time. */
  dir: string
  /** Ed25519 secret key of this seed, 32 bytes. */
  key: Bytes
  /** Ed25519 public key of the network, 32 bytes. */
  networkKey: Bytes
  /** Loopback unless told. */
  host?: string
  /** 0, the default, for any free one. */
  port?: number
  /** Of the operator's own server, always on loopback; none unless told. 0 for any free one. */
  adminPort?: number
  /** Shown to the operator. */
  operator?: string
  jurisdiction?: string
  limits?: Partial<SeedLimits>
  timeouts?: Partial<ServerTimeouts & { longPollMs: number }>
  trustedProxies?: readonly string[]
  custody?: CreateCustody
  nowMs?: () => number
  log?: SeedLog
  onFatal?: OnFatal
}>
