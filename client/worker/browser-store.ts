import { createStore, get, keys, set } from 'idb-keyval'
import * as v from 'valibot'
import { bytesSchema, formatBytes } from '../../protocol/http/json.ts'
import type { KeptNetwork, NetworkStore } from '../engine/network.ts'
import type { SeenStore } from '../engine/receive/seen-store.ts'

/** Of uploads that are not done: what they are is known where they are gone on with. */
export const journals = createStore('skerry-sends', 'journals')
const networks = createStore('skerry-networks', 'networks')
const seen = createStore('skerry-seen', 'checkpoints')
const evidence = createStore('skerry-evidence', 'checkpoints')

const networkSchema = v.object({ key: bytesSchema(32, 32), answer: v.string() })

/** Whether an upload was not done when its page ended. */
export async function hasSends(): Promise<boolean> {
  return (await keys(journals)).length > 0
}

/** What this browser knows of networks: the key pinned at first use, and the newest directory. */
export const browserNetworks: NetworkStore = {
  async load(url: string): Promise<KeptNetwork | undefined> {
    const result = v.safeParse(networkSchema, await get(url, networks))
    return result.success ? result.output : undefined
  },
  async save(url: string, kept: KeptNetwork): Promise<void> {
    await set(url, { key: formatBytes(kept.key), answer: kept.answer }, networks)
  },
}

/** The newest checkpoint this browser saw of each share. */
export const browserSeen: SeenStore = {
  async load(shareId) {
    const kept: unknown = await get(shareId, seen)
    return kept instanceof Uint8Array ? kept.slice() : undefined
  },
  async save(shareId, checkpoint) {
    await set(shareId, checkpoint, seen)
  },
  async keepEvidence(shareId, checkpoints) {
    await set(shareId, checkpoints, evidence)
  },
}
