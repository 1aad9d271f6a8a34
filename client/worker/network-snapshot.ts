import { CHUNK_PLAIN_BYTES, CHUNKS_MAX } from '../../protocol/limits.ts'
import type { Network } from '../engine/network.ts'
import type { NetworkSnapshot } from './snapshot.ts'

/** What the page shows of the network. */
export function networkSnapshot(
  network: Network | undefined,
  { isOffline, hasCode }: Readonly<{ isOffline: boolean; hasCode: boolean }>,
): NetworkSnapshot {
  if (network === undefined) {
    const state = isOffline ? 'offline' : 'connecting'
    const shareBytesMax = CHUNK_PLAIN_BYTES * CHUNKS_MAX
    return { state, places: [], lifeMsMax: 0, shareBytesMax, access: 'open' }
  }
  const open = network.directory.seeds.filter(({ state }) => state === 'open')
  const operators = Map.groupBy(open, ({ jurisdiction }) => jurisdiction)
  const { maxLifeMs, maxShareBytes, grants } = network.limits
  const member = hasCode ? 'kept' : 'needed'
  return {
    state: isOffline ? 'offline' : 'ready',
    places: [...operators]
      .map(([jurisdiction, seeds]) => {
        return { jurisdiction, operators: new Set(seeds.map(({ operator }) => operator)).size }
      })
      .toSorted((a, b) => (a.jurisdiction < b.jurisdiction ? -1 : 1)),
    lifeMsMax: maxLifeMs,
    shareBytesMax: maxShareBytes,
    access: grants === 'open' ? 'open' : member,
  }
}
