import type { Rate } from '../../protocol/custody/token-bucket.ts'

/** What each socket and each address may do. `roomRules` of `limits.ts`, unless told. */
export type RoomRules = Readonly<{
  socketsMax: number
  socketsPerAddressMax: number
  opens: Rate
  messages: Rate
  seedMessages: Rate
  addressMessages: Rate
  looks: Rate
  dropsMax: number
  /** A socket that does not answer a ping until the next one is closed. */
  pingMs: number
}>
