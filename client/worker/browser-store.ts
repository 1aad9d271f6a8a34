import { createStore, get, keys, set } from 'idb-keyval'
import * as v from 'valibot'
import { bytesSchema, formatBytes } from '../../protocol/http/json.ts'
import type { KeptNetwork, NetworkStore } from '../engine/network.ts'
import type { SeenStore } from '../engine/receive/seen-store.ts'
import { kept, keptAtBest } from './keeping.ts'

/** Of uploads that are not done: what they are is known where they are gone on with. */
export const journals = createStore('skerry-sends', 'journals')
const networks = createStore('skerry-networks', 'networks')
const seen = createStore('skerry-seen', 'checkpoints')
const evidence = createStore('skerry-evidence', 'checkpoints')

const networkSchema = v.object({ key: bytesSchema(32, 32), answer: v.string() })

/** Whether an upload was not done when its page ended. */
export async function hasSends(): Promise<boolean> {
  return ((await keptAtBest(() => keys(journals))) ?? []).length > 0
}

/** What this browser knows of networks: the key pinned at first use, and the newest directory. */
export const browserNetworks: NetworkStore = {
  async load(url: string): Promise<KeptNetwork | undefined> {
    const result = v.safeParse(networkSchema, await keptAtBest(() => get(url, networks)))
    return result.success ? result.output : undefined
  },
  async save(url: string, network: KeptNetwork): Promise<void> {
    const value = { key: formatBytes(network.key), answer: network.answer }
    await keptAtBest(() => set(url, value, networks))
  },
}

/** The newest checkpoint this browser saw of each share. */
export const browserSeen: SeenStore = {
  async load(shareId) {
    const before: unknown = await kept(() => get(shareId, seen))
    return before instanceof Uint8Array ? before.slice() : undefined
  },
  async save(shareId, checkpoint) {
    await kept(() => set(shareId, checkpoint, seen))
  },
  async keepEvidence(shareId, checkpoints) {
    await kept(() => set(shareId, checkpoints, evidence))
  },
}
