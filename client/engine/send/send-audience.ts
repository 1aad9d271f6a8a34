import type { HashLog } from './hash-log.ts'
import type { Published } from './publisher.ts'

/** What others are told of a share while it is sent. */
export type LiveShare = Readonly<{
  /** As far as it is published, and sometimes a moment further. */
  hashes: HashLog
  /** What is published from before; undefined where nothing is. */
  latest: Published | undefined
  /** Seals and publishes up to so many extents more than there are, for others than seeds. */
  publishAhead: (extentCount: number) => Promise<void>
  /** How much of it one seed at least has, 0 to 1. */
  storedShare: () => number
}>

/** Others who have the link already, and fetch from the sender meanwhile. */
export interface SendAudience {
  /** From now on there may be something. */
  start(share: LiveShare): void
  /** There is a newer checkpoint. */
  published(published: Published): void
}
