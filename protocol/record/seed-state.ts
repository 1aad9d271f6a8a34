import type { ByteReader } from '../byte-reader.ts'

/** What a seed says of itself: takes shares, is full, or is leaving. Listed by their byte. */
export const reportedStates = ['open', 'full', 'draining'] as const
/** What the directory says of a seed: *gone* is for the network to say, once the seed is silent. */
export const listedStates = [...reportedStates, 'gone'] as const

export type ReportedState = (typeof reportedStates)[number]
export type ListedState = (typeof listedStates)[number]

/** `u8`: the place in the list of states. */
export function readSeedState<State extends string>(
  reader: ByteReader,
  states: readonly State[],
): State {
  const state = states[reader.u8()]
  if (state === undefined) throw reader.fail('unknown state of a seed')
  return state
}
