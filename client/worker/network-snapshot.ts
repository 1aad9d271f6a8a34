import { CHUNK_PLAIN_BYTES, CHUNKS_MAX } from '../../protocol/limits.ts'
import type { Network } from '../engine/network.ts'
import type { NetworkSnapshot } from './snapshot.ts'

/** What the page shows of the network. */
export function networkSnapshot(network: Network | undefined, isOffline: boolean): NetworkSnapshot {
  if (network === undefined) {
    const state = isOffline ? 'offline' : 'connecting'
    return { state, places: [], lifeMsMax: 0, shareBytesMax: CHUNK_PLAIN_BYTES * CHUNKS_MAX }
  }
  const open = network.directory.seeds.filter(({ state }) => state === 'open')
  const operators = Map.groupBy(open, ({ jurisdiction }) => jurisdiction)
  const { maxLifeMs, maxShareBytes } = network.limits
  return {
    state: isOffline ? 'offline' : 'ready',
    places: [...operators]
      .map(([jurisdiction, seeds]) => {
        return { jurisdiction, operators: new Set(seeds.map(({ operator }) => operator)).size }
      })
      .toSorted((a, b) => (a.jurisdiction < b.jurisdiction ? -1 : 1)),
    lifeMsMax: maxLifeMs,
    shareBytesMax: maxShareBytes,
  }
}
