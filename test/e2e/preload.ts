import { existsSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'

// Loaded into the processes of a test network before anything of ours: what a test must do to a process from
// outside, and for which a whole machine would have to be set up otherwise.

export type Rules = Readonly<{
  /** Who does not reach which address any more: `seed-1-nz`, `signal` or `client`, and an origin. */
  cut?: readonly (readonly [from: string, to: string])[]
  /** Whose clock is off, by how many ms. */
  clockMs?: Readonly<Record<string, number>>
}>

const path = process.env['SKERRY_TEST_RULES'] ?? ''
const name = nameOf(process.argv)

shiftClock(readRules().clockMs?.[name] ?? 0)
cutFetch()

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

function cutFetch(): void {
  const reach = globalThis.fetch
  globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    const isCut = readRules().cut?.some(([from, to]) => from === name && to === url.origin)
    // As for a host that is not there.
    if (isCut === true) throw new TypeError('fetch failed')
    return reach(input, init)
  }
}
