import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client'
import type { Answered } from './http/observe.ts'
import type { SwarmCounts } from './swarm/swarm-counts.ts'

/** Numbers that are read when somebody asks for them. */
export type MetricSources = Readonly<{
  shares: () => number
  storedBytes: () => number
  freeBytes: () => Promise<number>
  damaged: () => number
  reads: () => number
  uploads: () => number
  swarm: SwarmCounts
}>

/** What can be watched: numbers only, no id, address or name. */
export class SeedMetrics {
  readonly #registry = new Registry()
  readonly #answers: Counter<'route' | 'status'>
  readonly #sent: Counter
  readonly #received: Counter
  readonly contentType = this.#registry.contentType

  constructor(sources: MetricSources) {
    const registers = [this.#registry]
    collectDefaultMetrics({ register: this.#registry })
    this.#answers = new Counter({
      name: 'skerry_seed_answers_total',
      help: 'Requests answered, by route and status.',
      labelNames: ['route', 'status'],
      registers,
    })
    this.#sent = new Counter({
      name: 'skerry_seed_sent_bytes_total',
      help: 'Bytes sent to whoever asked.',
      registers,
    })
    this.#received = new Counter({
      name: 'skerry_seed_received_bytes_total',
      help: 'Bytes received from whoever asked.',
      registers,
    })
    for (const [name, { help, read }] of Object.entries(gaugesOf(sources))) {
      this.#registry.registerMetric(gaugeOf(name, help, read))
    }
  }

  count({ method, route, status, sentBytes, receivedBytes }: Answered): void {
    this.#answers.inc({ route: `${method} ${route}`, status })
    this.#sent.inc(sentBytes)
    this.#received.inc(receivedBytes)
  }

  read(): Promise<string> {
    return this.#registry.metrics()
  }
}

type Reading = Readonly<{ help: string; read: () => number | Promise<number> }>

function gaugesOf(sources: MetricSources): Record<string, Reading> {
  return {
    skerry_seed_shares: { help: 'Shares here, tombstones too.', read: sources.shares },
    skerry_seed_stored_bytes: { help: 'Sealed bytes held.', read: sources.storedBytes },
    skerry_seed_free_bytes: { help: 'Bytes that can still be stored.', read: sources.freeBytes },
    skerry_seed_damaged_copies: {
      help: 'Bad copies found since the start.',
      read: sources.damaged,
    },
    skerry_seed_reads: { help: 'Downloads being served.', read: sources.reads },
    skerry_seed_uploads: { help: 'Uploads being taken.', read: sources.uploads },
    skerry_seed_peers: { help: 'WebRTC connections.', read: () => sources.swarm.links },
    skerry_seed_peer_calls: {
      help: 'WebRTC calls answered since the start.',
      read: () => sources.swarm.answered,
    },
    skerry_seed_peer_refusals: {
      help: 'WebRTC calls turned away since the start, because there were too many.',
      read: () => sources.swarm.refused,
    },
    skerry_seed_peer_sent_bytes: {
      help: 'Sealed bytes given to peers since the start.',
      read: () => sources.swarm.sentBytes,
    },
  }
}

function gaugeOf(name: string, help: string, read: Reading['read']): Gauge {
  return new Gauge({
    name,
    help,
    registers: [],
    async collect() {
      this.set(await read())
    },
  })
}
