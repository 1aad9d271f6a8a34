import { existsSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

// Loaded into the processes of a test network before anything of ours: what a test must do to a process from
// outside, and for which a whole machine would have to be set up otherwise.

export type Rules = Readonly<{
  /** Who does not reach which address any more: `seed-1-nz`, `signal` or `client`, and an origin. */
  cut?: readonly (readonly [from: string, to: string])[]
  /** Whose clock is off, by how many ms. */
  clockMs?: Readonly<Record<string, number>>
  /** Whose line from seeds carries a part of a chunk only every so many ms. */
  partMs?: Readonly<Record<string, number>>
  /** Who waits for so many ms before each body of chunks it sends. */
  bodyMs?: Readonly<Record<string, number>>
}>

const path = process.env['SKERRY_TEST_RULES'] ?? ''
const name = nameOf(process.argv)

shiftClock(readRules().clockMs?.[name] ?? 0)
ruleFetch()

function nameOf([, , command, ...args]: readonly string[]): string {
  const dir = args[args.indexOf('--dir') + 1] ?? ''
  if (command === 'seed') return basename(dir)
  return command === 'signal' || command === 'up' ? command : 'client'
}

function readRules(): Rules {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Rules) : {}
}

function shiftClock(byMs: number): void {
  if (byMs === 0) return
  const now = Date.now.bind(Date)
  Date.now = () => now() + byMs
}

function ruleFetch(): void {
  const reach = globalThis.fetch
  globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    const { cut, partMs, bodyMs } = readRules()
    const isCut = cut?.some(([from, to]) => from === name && to === url.origin)
    // As for a host that is not there.
    if (isCut === true) throw new TypeError('fetch failed')
    if (init?.method === 'PATCH') await pause(bodyMs?.[name] ?? 0)
    const response = await reach(input, init)
    const pauseMs = partMs?.[name]
    const isSlow = pauseMs !== undefined && url.pathname.endsWith('/data')
    return isSlow ? slowed(response, pauseMs) : response
  }
}

/** The same answer, which keeps its address. */
function slowed(response: Response, pauseMs: number): Response {
  const slow = new TransformStream<Uint8Array, Uint8Array>({
    transform: async (part, out) => {
      await pause(pauseMs)
      out.enqueue(part)
    },
  })
  return Object.defineProperty(response, 'body', { value: response.body?.pipeThrough(slow) })
}
