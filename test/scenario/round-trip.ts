import { deepEqual, equal, ok } from 'node:assert/strict'
import type { Finished, RunningCommand, Said, TestNetwork } from '../e2e/network.ts'
import { MemoryWatch } from './memory.ts'
import { hashTree } from './files.ts'

const MIB = 1024 * 1024

/** What one share cost on its way there and back. */
export type RoundTrip = Readonly<{
  sendSeconds: number
  getSeconds: number
  /** Growth of the sending, the receiving, and the seeds' processes, in bytes. */
  sendGrowth: number
  getGrowth: number
  seedGrowth: number
}>

/**
 * Sends what lies in the network's `in` folder and gets it into `out`: every file must come back the same, and
 * both commands must end well.
 */
export async function roundTrip(network: TestNetwork): Promise<RoundTrip> {
  const source = network.path('in')
  const target = network.path('out')
  const seeds = await Promise.all(network.seeds.map(({ pid }) => MemoryWatch.start(pid)))
  await using send = network.start(['send', source])
  const sent = await watch(send)
  const link = await linkOf(send)
  assertStored(sent.finished)
  await using get = network.start(['get', link, '-o', target])
  const got = await watch(get)
  assertDone(got.finished)
  deepEqual(await hashTree(`${target}/in`), await hashTree(source))
  const grown = await Promise.all(seeds.map((seed) => seed.grownBytes()))
  return {
    sendSeconds: sent.seconds,
    getSeconds: got.seconds,
    sendGrowth: sent.growth,
    getGrowth: got.growth,
    seedGrowth: Math.max(...grown),
  }
}

/** The link, as soon as the command has said it. */
export async function linkOf(send: RunningCommand): Promise<string> {
  const { link } = await send.until(({ event }) => event === 'link')
  return String(link)
}

/** The command ended well; else the last thing it said is shown. */
export function assertDone({ code, said, stderr }: Finished): void {
  equal(code, 0, `${JSON.stringify(said.at(-1))} ${stderr}`)
}

/** The command ended well, and said that the share is stored. */
export function assertStored(finished: Finished): Said {
  assertDone(finished)
  const stored = finished.said.find(({ event }) => event === 'stored')
  ok(stored !== undefined, 'a stored event')
  return stored
}

export function formatRoundTrip(bytes: number, trip: RoundTrip): string {
  const rate = (seconds: number): string => `${(bytes / 1e6 / seconds).toFixed(0)} MB/s`
  return [
    `send ${rate(trip.sendSeconds)} ${formatGrowth(trip.sendGrowth)}`,
    `get ${rate(trip.getSeconds)} ${formatGrowth(trip.getGrowth)}`,
    `seeds ${formatGrowth(trip.seedGrowth)}`,
  ].join(', ')
}

async function watch(
  command: RunningCommand,
): Promise<{ finished: Finished; seconds: number; growth: number }> {
  const startMs = performance.now()
  await command.until(
    ({ event }) => event === 'link' || event === 'progress' || event === 'complete',
  )
  const memory = await MemoryWatch.start(command.pid)
  let growth = 0
  const sampling = setInterval(() => {
    // The process is gone at the end: the last sample before that counts.
    void memory.grownBytes().then(
      (bytes) => (growth = bytes),
      () => undefined,
    )
  }, 100)
  const finished = await command.finish()
  clearInterval(sampling)
  return { finished, seconds: (performance.now() - startMs) / 1000, growth }
}

function formatGrowth(bytes: number): string {
  return `+${(bytes / MIB).toFixed(0)} MiB`
}
