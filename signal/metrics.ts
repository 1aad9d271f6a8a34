import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client'
import { listedStates } from '../protocol/record/seed-state.ts'
import type { Authority } from './authority.ts'
import type { LogLine } from './options.ts'
import type { Rooms } from './rooms/rooms.ts'

/** What can be watched: numbers only, no id, address or name. */
export class SignalMetrics {
  readonly #registry = new Registry()
  readonly #answers: Counter<'route' | 'status'>
  readonly contentType = this.#registry.contentType

  constructor(authority: Authority, rooms: Rooms) {
    const registry = this.#registry
    collectDefaultMetrics({ register: registry })
    this.#answers = new Counter({
      name: 'skerry_signal_answers_total',
      help: 'Requests answered, by route and status.',
      labelNames: ['route', 'status'],
      registers: [registry],
    })
    const gauges = [directoryGauges(authority), seedGauges(authority), roomGauges(rooms)]
    for (const gauge of gauges.flat()) registry.registerMetric(gauge)
  }

  count(line: LogLine): void {
    if (line.event === 'answered') this.#answers.inc({ route: line.route, status: line.status })
  }

  async read(): Promise<string> {
    return this.#registry.metrics()
  }
}

function directoryGauges(authority: Authority): Gauge[] {
  const version = new Gauge({
    name: 'skerry_directory_version',
    help: 'Version of the directory that is handed out.',
    registers: [],
    collect() {
      this.set(authority.directory.version)
    },
  })
  const issued = new Gauge({
    name: 'skerry_directory_issued_seconds',
    help: 'When that directory was signed, in seconds since 1970.',
    registers: [],
    collect() {
      this.set(authority.directory.issuedAtMs / 1000)
    },
  })
  return [version, issued]
}

function seedGauges(authority: Authority): Gauge[] {
  const seeds = new Gauge({
    name: 'skerry_seeds',
    help: 'Seeds that joined, by state.',
    labelNames: ['state'],
    registers: [],
    collect() {
      for (const state of ['joined', ...listedStates]) {
        this.set({ state }, authority.list().filter(({ seed }) => seed.state === state).length)
      }
    },
  })
  const freeBytes = new Gauge({
    name: 'skerry_seeds_free_bytes',
    help: 'What all seeds together said they have free.',
    registers: [],
    collect() {
      this.set(authority.list().reduce((sum, seed) => sum + seed.freeBytes, 0))
    },
  })
  return [seeds, freeBytes]
}

function roomGauges(rooms: Rooms): Gauge[] {
  const sockets = new Gauge({
    name: 'skerry_room_sockets',
    help: 'WebSockets that are open, by who is at the other end.',
    labelNames: ['who'],
    registers: [],
    collect() {
      this.set({ who: 'seed' }, rooms.seedCount)
      this.set({ who: 'member' }, rooms.socketCount - rooms.seedCount)
    },
  })
  const messages = new Gauge({
    name: 'skerry_room_messages',
    help: 'What members said to each other since the start, by what became of it.',
    labelNames: ['outcome'],
    registers: [],
    collect() {
      for (const [outcome, count] of Object.entries(rooms.counts)) this.set({ outcome }, count)
    },
  })
  return [sockets, messages]
}
