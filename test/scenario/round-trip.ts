import { deepEqual, equal, ok } from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import type { TestNetwork } from '../e2e/network.ts'
import type { ClientOptions, Finished, RunningCommand, Said } from '../e2e/running-command.ts'
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

/** What sending and getting one share said last. */
export type SentAndGot = Readonly<{ link: string; stored: Said; complete: Said }>

/** No process may grow by more, whatever the size of a share. */
export const GROWTH_BYTES_MAX = 200e6

/**
 * Sends the folder of that name in the network's folder, and gets it into `<folder>-out`: every file must come
 * back the same, and both commands must end well.
 */
export async function roundTrip(network: TestNetwork, folder: string): Promise<RoundTrip> {
  const seeds = await Promise.all(
    network.seeds.map((seed) => MemoryWatch.start(network.pidOf(seed))),
  )
  await using sending = network.start(['send', network.path(folder)])
  const sent = await watch(sending)
  const link = await linkOf(sending)
  assertStored(sent.finished)
  await using getting = network.start(['get', link, '-o', await emptyOut(network, folder)])
  const got = await watch(getting)
  assertDone(got.finished)
  await assertSame(network, folder)
  const grown = await Promise.all(seeds.map((seed) => seed.grownBytes()))
  return {
    sendSeconds: sent.seconds,
    getSeconds: got.seconds,
    sendGrowth: sent.growth,
    getGrowth: got.growth,
    seedGrowth: Math.max(...grown),
  }
}

/** The same without watching, and without comparing. */
export async function sendAndGet(network: TestNetwork, folder: string): Promise<SentAndGot> {
  const { link, stored } = await send(network, folder)
  return { link, stored, complete: await get(network, link, folder) }
}

/** Sends the folder of that name. */
export async function send(
  network: TestNetwork,
  folder: string,
  ...more: readonly string[]
): Promise<Readonly<{ link: string; owner: string; stored: Said }>> {
  const finished = await network.run(['send', network.path(folder), ...more])
  const stored = assertStored(finished)
  const said = finished.said.find(({ event }) => event === 'link')
  return { link: String(said?.['link']), owner: String(said?.['owner']), stored }
}

/** Gets a share into `<folder>-out`. @returns Its last word. */
export async function get(
  network: TestNetwork,
  link: string,
  folder: string,
  options?: ClientOptions,
): Promise<Said> {
  const out = await emptyOut(network, folder)
  const finished = await network.run(['get', link, '-o', out], options)
  assertDone(finished)
  const complete = finished.said.at(-1)
  ok(complete?.event === 'complete', 'a complete event as the last word')
  return complete
}

/** Where it is got into: what a try before left there would be in the way. */
async function emptyOut(network: TestNetwork, folder: string): Promise<string> {
  const path = network.path(`${folder}-out`)
  await rm(path, { recursive: true, force: true })
  return path
}

/** What came back into `<folder>-out` is what lies in the folder. */
export async function assertSame(network: TestNetwork, folder: string): Promise<void> {
  const got = await hashTree(network.path(`${folder}-out`, folder))
  deepEqual(got, await hashTree(network.path(folder)))
}

export function largestGrowth({ sendGrowth, getGrowth, seedGrowth }: RoundTrip): number {
  return Math.max(sendGrowth, getGrowth, seedGrowth)
}

/** The link, as soon as the command has said it. */
export async function linkOf(sending: RunningCommand): Promise<string> {
  const { link } = await sending.until(({ event }) => event === 'link')
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
  const memory = await MemoryWatch.start(command.pid).catch(() => undefined)
  let growth = 0
  const sampling = setInterval(() => {
    // The process is gone at the end: the last sample before that counts.
    void memory?.grownBytes().then(
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
