import { STATE_PERIOD_MS } from '../../protocol/limits.ts'

/** How often a seed speaks with its network, in milliseconds. */
export type NetworkTiming = Readonly<{
  /** Between two reports of its state. */
  stateMs: number
  /** Between two looks whether the state changed: then it is reported at once. */
  statePollMs: number
  /** Between two looks at the directory, a third to twice as long by lot. */
  directoryMs: number
}>

export const networkTiming: NetworkTiming = {
  stateMs: STATE_PERIOD_MS,
  statePollMs: 2000,
  directoryMs: 30_000,
}
