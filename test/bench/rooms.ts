import { equal } from 'node:assert/strict'
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { CaseContext } from '../case-runner.ts'
import type { ClientOrder } from './raw/socket-client.ts'

export const title =
  'rooms: memory a socket against bare ws in the same run, CPU time of the server a relay'

const COUNTS = [1000, 5000, 15_000]
const RELAY_SOCKETS = 1000
const RELAYS = 50_000
const ROUNDS = 4
const KIB_MAX = 12
const MICROS_MAX = 24
// A busy machine makes everything cost more: then what `ws` alone takes says how much.
const ECHOES_MAX = 1.6

type Figures = Readonly<{ rssBytes: number; cpuMicros: number }>

export async function run({ note }: CaseContext): Promise<string> {
  const bare = await memoryOf('bare')
  const ours = await memoryOf('rooms')
  const echo = await relayMicros('bare')
  const micros = await relayMicros('rooms')
  const lines = COUNTS.map((count, i) => {
    const [mine, raw] = [ours[i] ?? 0, bare[i] ?? 0]
    return `${count} sockets: ${mine.toFixed(1)} KiB each, bare ws ${raw.toFixed(1)}`
  })
  const relays = `${micros.toFixed(1)} µs a relay, bare ws echoes in ${echo.toFixed(1)}`
  note(`${lines.join('; ')}; ${relays}`)
  const last = ours.at(-1) ?? Infinity
  equal(last <= KIB_MAX, true, `${last.toFixed(1)} KiB a socket`)
  equal(micros <= MICROS_MAX || micros <= ECHOES_MAX * echo, true, relays)
  return `${lines.join('; ')} (≤ ${KIB_MAX}); ${relays} (≤ ${MICROS_MAX})`
}

/** @returns KiB a socket for each of COUNTS. */
async function memoryOf(kind: 'bare' | 'rooms'): Promise<number[]> {
  using server = new Child('raw/socket-server.ts', [kind])
  using client = new Child('raw/socket-client.ts')
  const { url } = await server.next<{ url: string }>()
  // What the first sockets make the process load and compile is not theirs.
  await client.order({ type: 'open', url, count: 100, isInRooms: kind === 'rooms' })
  const before = await server.figures()
  const each: number[] = []
  for (const count of COUNTS) {
    await client.order({ type: 'open', url, count, isInRooms: kind === 'rooms' })
    const { rssBytes } = await server.figures()
    each.push((rssBytes - before.rssBytes) / 1024 / (count - 100))
  }
  return each
}

/** @returns The best of some rounds: what else the machine does only adds to it. */
async function relayMicros(kind: 'bare' | 'rooms'): Promise<number> {
  const rounds: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    using server = new Child('raw/socket-server.ts', [kind])
    using client = new Child('raw/socket-client.ts')
    const { url } = await server.next<{ url: string }>()
    const isInRooms = kind === 'rooms'
    await client.order({ type: 'open', url, count: RELAY_SOCKETS, isInRooms })
    await client.order({ type: 'relay', count: RELAYS })
    const before = await server.figures()
    await client.order({ type: 'relay', count: RELAYS })
    rounds.push(((await server.figures()).cpuMicros - before.cpuMicros) / RELAYS)
  }
  return Math.min(...rounds)
}

/** A process that is told things and answers. */
class Child implements Disposable {
  readonly #process: ChildProcess

  constructor(file: string, args: readonly string[] = []) {
    this.#process = fork(`${import.meta.dirname}/${file}`, args, { execArgv: ['--expose-gc'] })
  }

  async next<Message>(): Promise<Message> {
    const [message] = (await once(this.#process, 'message')) as [Message]
    return message
  }

  async figures(): Promise<Figures> {
    this.#process.send('figures')
    return this.next<Figures>()
  }

  async order(order: ClientOrder): Promise<void> {
    this.#process.send(order)
    await this.next<'done'>()
  }

  [Symbol.dispose](): void {
    this.#process.kill()
  }
}
