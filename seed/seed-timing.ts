import { custodyTiming, type CustodyTiming } from '../protocol/custody/custody-timing.ts'
import { fillTiming, type FillTiming } from './custody/share-fill.ts'
import { networkTiming, type NetworkTiming } from './network/network-timing.ts'

/** All periods of a seed's own doings, in milliseconds. Tests shorten them. */
export type SeedTiming = CustodyTiming & FillTiming & NetworkTiming

export const defaultSeedTiming: SeedTiming = { ...custodyTiming, ...fillTiming, ...networkTiming }
