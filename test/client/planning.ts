import type { Network } from '../../client/engine/network.ts'
import type { PlanPorts } from '../../client/engine/send/share-plan.ts'
import { NOW_MS } from '../protocol/owner.ts'
import { makeSeed } from '../protocol/placement-network.ts'

const DAY_MS = 86_400_000

/** A network that takes small shares, with one seed in each of the countries. */
export function networkOf(...places: readonly string[]): Network {
  return {
    url: 'https://skerry.example',
    key: new Uint8Array(32),
    directory: {
      version: 1,
      issuedAtMs: NOW_MS,
      endsAtMs: NOW_MS + DAY_MS,
      seeds: places.map((jurisdiction, i) => makeSeed(i, { jurisdiction })),
    },
    iceServers: [],
    limits: { maxShareBytes: 1000, maxLifeMs: 30 * DAY_MS, grants: 'open' },
    isFresh: true,
  }
}

export const planPorts: PlanPorts = {
  randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
  nowMs: () => NOW_MS,
}
