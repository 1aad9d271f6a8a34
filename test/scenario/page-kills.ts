import { equal, ok } from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import {
  EXTENT_BYTES_MAX,
  FETCH_WINDOW_CHUNKS,
  LANE_BODIES_MAX,
  SEALED_CHUNK_BYTES_MAX,
} from '../../protocol/limits.ts'
import type { PageWorld } from '../page/page-world.ts'
import type { Tab } from '../page/tab.ts'
import { readStatus } from './custody-status.ts'
import { createRandom } from '../random.ts'
import { hashFile } from './files.ts'
import { heldBySeeds, traffic } from './seed-watch.ts'

export type PageKills = Readonly<{
  /** The file that is sent. */
  path: string
  bytes: number
  kills: number
  /** Of the random choices. */
  seed: number
}>

export type PageKillFigures = Readonly<{
  link: string
  /** Bytes that travelled in all runs together, beyond those of one run without a kill. */
  again: number
  /** What may be on its way at the moments of all kills together. */
  inFlight: number
}>

/** Two bodies on their way to each of two seeds. */
const SEND_IN_FLIGHT = 2 * LANE_BODIES_MAX * EXTENT_BYTES_MAX
const SAVE_IN_FLIGHT = FETCH_WINDOW_CHUNKS * SEALED_CHUNK_BYTES_MAX
/** Of one run besides sealed chunks: HTTP, checkpoints, hashes, index, and a few chunks asked for twice. */
const OTHER_BYTES = 2 * EXTENT_BYTES_MAX
/** A kill later than this might find everything stored. */
const LATEST_PART = 0.6

/**
 * F22: the sender's page dies at random moments, and the same file is chosen again: it goes on with the same link,
 * and no seed is sent what one of them holds.
 */
export async function killSender(world: PageWorld, plan: PageKills): Promise<PageKillFigures> {
  const { path, bytes, kills, seed } = plan
  const { network } = world
  const random = createRandom(seed)
  const start = await traffic(network)
  let tab = await world.visit()
  const link = await tab.chooseAndSend(path)
  for (let kill = 0; kill < kills; kill += 1) {
    await tab.untilSent(pointOf(plan, kill, random))
    tab = await die(tab, { url: network.url, random })
    await settle(world)
    // On a fast machine the last bytes were on their way when it died: then there is nothing to go on with.
    if ((await readStatus(network, link)).share.isPolicyMet) break
    const missing = bytes - (await heldBySeeds(network, link)) * SEALED_CHUNK_BYTES_MAX
    const before = await traffic(network)
    await tab.resume(path)
    equal(await tab.link(), link, 'another run, another link')
    if (kill === kills - 1) await tab.untilStored()
    else continue
    const sent = (await traffic(network)).received - before.received
    ok(sent <= missing + OTHER_BYTES, `the last run sent ${sent} where ${missing} were missing`)
  }
  const again = (await traffic(network)).received - start.received - bytes
  const inFlight = kills * SEND_IN_FLIGHT + OTHER_BYTES
  ok(again <= inFlight, `${again} bytes travelled again`)
  await tab[Symbol.asyncDispose]()
  return { link, again, inFlight }
}

/** F23: the recipient's page dies at random moments, and saves again: what the browser keeps is not fetched again. */
export async function killRecipient(
  world: PageWorld,
  plan: PageKills & Readonly<{ link: string }>,
): Promise<PageKillFigures> {
  const { path, bytes, kills, seed, link } = plan
  const { network } = world
  const random = createRandom(seed)
  const start = await traffic(network)
  let tab = await world.visit(link)
  for (let kill = 0; kill < kills; kill += 1) {
    const download = await tab.startSave()
    await tab.untilSaved(pointOf(plan, kill, random))
    tab = await die(tab, { url: link, random })
    // The browser does not wait for a page that is gone, and never keeps a part for the whole.
    if ((await download.failure()) === null)
      equal(await hashFile(await download.path()), await hashFile(path))
    await settle(world)
  }
  const missing = bytes - (await tab.keptChunks()) * SEALED_CHUNK_BYTES_MAX
  const before = await traffic(network)
  const saved = await tab.save()
  equal(await hashFile(saved.path), await hashFile(path))
  const fetched = (await traffic(network)).sent - before.sent
  ok(fetched <= missing + OTHER_BYTES, `fetched ${fetched} where ${missing} were missing`)
  const again = (await traffic(network)).sent - start.sent - bytes
  const inFlight = kills * SAVE_IN_FLIGHT + OTHER_BYTES
  ok(again <= inFlight, `${again} bytes travelled again`)
  await tab[Symbol.asyncDispose]()
  return { link, again, inFlight }
}

function pointOf({ bytes, kills }: PageKills, kill: number, random: () => number): number {
  return (LATEST_PART * bytes * (kill + random())) / kills
}

/** The page is loaded again, closed, or its process crashes. @returns The tab that comes after it. */
async function die(
  tab: Tab,
  { url, random }: Readonly<{ url: string; random: () => number }>,
): Promise<Tab> {
  const kind = Math.floor(random() * 3)
  if (kind === 0) {
    await tab.reload()
    return tab
  }
  if (kind === 1) await tab.crash()
  await tab.page.close()
  return tab.another(url)
}

/** What was on its way has arrived, or never will. */
async function settle({ network }: PageWorld): Promise<void> {
  let before = await traffic(network)
  for (;;) {
    await pause(300)
    const now = await traffic(network)
    if (now.received + now.sent - before.received - before.sent < SEALED_CHUNK_BYTES_MAX) return
    before = now
  }
}
