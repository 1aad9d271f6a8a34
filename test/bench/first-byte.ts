import { equal } from 'node:assert/strict'
import { deriveHelpKey } from '../../protocol/key-schedule.ts'
import { parseTokenUrl, type LinkToken } from '../../protocol/token.ts'
import { openNetwork, type NetworkStore } from '../../client/engine/network.ts'
import { Download } from '../../client/engine/receive/download.ts'
import { openContent, openKeys } from '../../client/engine/receive/share-content.ts'
import { ShareSession } from '../../client/engine/receive/share-session.ts'
import type { Sink } from '../../client/engine/receive/sink.ts'
import { ChunkSet } from '../../protocol/swarm/chunk-set.ts'
import { TestNetwork } from '../e2e/network.ts'
import { writeRandomFile } from '../scenario/files.ts'
import { linkOf } from '../scenario/round-trip.ts'
import { median } from './raw/figures.ts'

export const title = 'link to first decrypted byte: round trips one after the other, and time'

const ROUNDS = 9

export async function run(): Promise<string> {
  await using network = await TestNetwork.start()
  const source = network.path('in', 'file.bin')
  await writeRandomFile(source, 8 * 1024 * 1024)
  await using send = network.start(['send', source])
  const link = await linkOf(send)
  equal((await send.finish()).code, 0)
  const { token } = parseTokenUrl(link)
  if (token.kind !== 'link') throw new Error('not a link')
  const runs: { trips: number; ms: number }[] = []
  for (let round = 0; round < ROUNDS; round += 1) runs.push(await openOnce(network.url, token))
  const trips = Math.max(...runs.map((one) => one.trips))
  const ms = median(runs.map((one) => one.ms))
  return `${trips} round trips (target ≤ 4), ${ms.toFixed(0)} ms (target ≤ 300 ms on loopback)`
}

/** From nothing but the link, as a browser that was never here. */
async function openOnce(url: string, link: LinkToken): Promise<{ trips: number; ms: number }> {
  using trips = new TripCounter()
  const startMs = performance.now()
  const { directory } = await openNetwork(nothingKept, url)
  await using session = new ShareSession({
    shareId: link.shareId,
    helpKey: deriveHelpKey(link.secret),
    seeds: directory.seeds,
    seen: { load: nothing, save: nothing, keepEvidence: nothing },
  })
  const content = await openContent(session, await openKeys(session, link.secret, nothing))
  const first = Promise.withResolvers<number>()
  const sink: Sink = {
    claimed: new ChunkSet(content.layout.chunkCount),
    read: nothing,
    confirm: nothing,
    write: async () => first.resolve(performance.now() - startMs),
  }
  const stop = new AbortController()
  const download = new Download({ content, sink, entries: new Set([0]) }).run(stop.signal)
  const ms = await first.promise
  const count = trips.longest
  stop.abort(new Error('enough'))
  await download.catch(() => undefined)
  return { trips: count, ms }
}

/** Counts requests that had to wait for each other: the longest chain in which each began after another's answer. */
class TripCounter implements Disposable {
  readonly #fetch = globalThis.fetch
  readonly #answered: { depth: number }[] = []

  constructor() {
    globalThis.fetch = async (input, init) => {
      const depth = this.longest + 1
      const response = await this.#fetch(input, init)
      this.#answered.push({ depth })
      return response
    }
  }

  get longest(): number {
    return Math.max(0, ...this.#answered.map(({ depth }) => depth))
  }

  [Symbol.dispose](): void {
    globalThis.fetch = this.#fetch
  }
}

const nothingKept: NetworkStore = { load: nothing, save: nothing }

async function nothing(): Promise<undefined> {
  return undefined
}
