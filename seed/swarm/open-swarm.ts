import type { RtcPort } from '../../client/engine/net/rtc-port.ts'
import type { Bytes } from '../../protocol/bytes.ts'
import { SEED_LINKS_MAX } from '../../protocol/limits.ts'
import type { DirectoryWatch } from '../network/directory-watch.ts'
import type { RunningSeed } from '../seed.ts'
import { SeedSwarm } from './seed-swarm.ts'

export type SwarmPlace = Readonly<{
  seed: RunningSeed
  /** Ed25519 secret key of the seed. */
  key: Bytes
  signalUrl: string
  watch: DirectoryWatch
  port: RtcPort
  /** SEED_LINKS_MAX unless told. */
  linksMax: number | undefined
  random: () => number
  onError: (error: unknown) => void
}>

/** Makes a running seed a peer as well. */
export function openSwarm({
  seed,
  watch,
  linksMax = SEED_LINKS_MAX,
  ...rest
}: SwarmPlace): SeedSwarm {
  const { shares, swarmCounts: counts } = seed
  const { networkKey } = watch
  return new SeedSwarm({
    ...rest,
    shares,
    counts,
    networkKey,
    linksMax,
    iceServers: () => watch.iceServers,
  })
}
