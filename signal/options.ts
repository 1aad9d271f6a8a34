import type { IceServer } from '../protocol/http/signal-json.ts'
import type { RoomRules } from './rooms/room-rules.ts'
import type { TurnServer } from './turn.ts'

/** What a signal server is started with. Everything that is undefined has its default from `limits.ts`. */
export type SignalOptions = Readonly<{
  /** Folder of the registry; made if it is not there. One process at a time. */
  dir: string
  /** File of the network key; made at the first start. Outside `dir`, so that an emptied folder stays the same network. */
  keyFile: string
  /** Shown to people. */
  name: string
  host: string
  /** 0 for any free one. */
  port: number
  /** All on one machine: seeds may have private and local addresses, and the page may ask them without TLS. */
  isLoopback?: boolean
  /** Folder of the built page, served at `/`. */
  appDir?: string
  /** Whoever asks for a grant must show it. */
  accessToken?: string
  maxShareBytes?: number
  maxLifeMs?: number
  /** Those that need no leave, and those that know their own names. */
  iceServers?: readonly IceServer[]
  /** One for which leave is given out that ends. */
  turn?: TurnServer
  /** Origins whose pages may ask; any unless told. */
  allowOrigins?: readonly string[]
  /** Addresses or subnets of proxies whose X-Forwarded-For is believed; none unless told. */
  trustedProxies?: readonly string[]
  /** Of one address. */
  grantsPerMinute?: number
  /** A change makes a new directory at most once in so long. */
  directoryIntervalMs?: number
  /** A seed that is silent for so long is gone. */
  stateGraceMs?: number
  timeouts?: ServerTimeouts
  /** What differs of the rooms' bounds. */
  rooms?: Partial<RoomRules>
  nowMs?: () => number
  log?: Log
}>

/** In fastify's words; tests do not wait for half a minute. */
export type ServerTimeouts = Readonly<{
  requestTimeout: number
  connectionTimeout: number
  keepAliveTimeout: number
  http: { connectionsCheckingInterval: number; headersTimeout: number }
}>

/** One line for one outcome. It names the route and never the address asked for, which may hold an id. */
export type LogLine =
  | Readonly<{ event: 'answered'; method: string; route: string; status: number; ms: number }>
  | Readonly<{ event: 'failed'; route?: string; error: unknown }>

export type Log = (line: LogLine) => void
