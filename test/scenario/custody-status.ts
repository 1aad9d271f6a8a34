import { ok } from 'node:assert/strict'
import type { RunningSeed, TestNetwork } from '../e2e/network.ts'
import type { ClientOptions } from '../e2e/running-command.ts'
import { assertDone } from './round-trip.ts'
import { until } from './seed-watch.ts'

/** What `status` says of one seed. */
export type SeedWord = Readonly<{
  id: string
  isCustodian: boolean
  held: 'all' | 'part' | 'none' | 'unreachable'
  receiptAt?: string
  challenge: 'passed' | 'failed' | 'not held' | 'unreachable'
  problem?: string
}>

export type StatusWord = Readonly<{
  share: Readonly<{ state: string; isPolicyMet: boolean; expiresAt: string }>
  seeds: readonly SeedWord[]
}>

/** Runs `status`. */
export async function readStatus(
  network: TestNetwork,
  link: string,
  options?: ClientOptions,
): Promise<StatusWord> {
  const finished = await network.run(['status', link], options)
  assertDone(finished)
  const said = finished.said.at(-1)
  ok(said?.event === 'status', 'a status event')
  return parseStatus(said)
}

/** What `status` says of a seed; undefined if it does not name it. */
export function wordOf({ seeds }: StatusWord, seed: RunningSeed): SeedWord | undefined {
  return seeds.find(({ id }) => id === seed.id)
}

/** Resolves once `status` says that every seed holds all of it, with a receipt and a chunk to show for it. */
export async function untilAllHold(network: TestNetwork, link: string): Promise<StatusWord> {
  let status = await readStatus(network, link)
  await until(async () => {
    const isWhole = network.seeds.every((seed) => {
      const word = wordOf(status, seed)
      return word?.held === 'all' && word.challenge === 'passed' && word.receiptAt !== undefined
    })
    if (!isWhole) status = await readStatus(network, link)
    return isWhole
  })
  return status
}

function parseStatus(said: unknown): StatusWord {
  return said as StatusWord
}
