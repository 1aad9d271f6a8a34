import { equal, ok } from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import {
  EXTENT_BYTES_MAX,
  FETCH_RUN_CHUNKS_MAX,
  LANE_BODIES_MAX,
  SEALED_CHUNK_BYTES_MAX,
} from '../../protocol/limits.ts'
import type { TestNetwork } from '../e2e/network.ts'
import { type HeldTransfers, holdTransfers } from '../page/hold-transfers.ts'
import type { PageWorld } from '../page/page-world.ts'
import { stopOnItsWay } from '../page/stop-on-its-way.ts'
import type { Tab } from '../page/tab.ts'
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
/** What is asked for before the byte that others are held behind: seeds that are stopped send nothing more. */
const SAVE_IN_FLIGHT = FETCH_RUN_CHUNKS_MAX * SEALED_CHUNK_BYTES_MAX
/** Of one run besides sealed chunks: HTTP, checkpoints, hashes, index, and a few chunks asked for twice. */
const OTHER_BYTES = 2 * EXTENT_BYTES_MAX

/**
 * F22: the sender's page dies at random places, and the same file is chosen again: it goes on with the same link, and
 * no seed is sent what one of them holds.
 */
export async function killSender(world: PageWorld, plan: PageKills): Promise<PageKillFigures> {
  const { path, bytes, kills, seed } = plan
  const { network } = world
  const random = createRandom(seed)
  const start = await traffic(network)
  let tab = await world.visit()
  let link = ''
  let heldBytes = 0
  for (let kill = 0; kill <= kills; kill += 1) {
    const before = await traffic(network)
    const point = kill === kills ? bytes : pointOf(plan, kill, random)
    const held = await holdTransfers(tab.page, point)
    if (kill === 0) link = await tab.chooseAndSend(path)
    else await tab.resume(path)
    equal(await tab.link(), link, 'another run, another link')
    if (kill === kills) {
      await tab.untilStored()
    } else {
      await tab.untilSent(point)
      tab = await dieInTheMiddle(tab, held, { network, url: network.url, random })
    }
    const sent = (await traffic(network)).received - before.received
    const wanted = Math.max(0, point - heldBytes)
    const most = wanted + (kill === kills ? 0 : SEND_IN_FLIGHT) + OTHER_BYTES
    ok(sent <= most, `run ${kill} sent ${sent} where ${wanted} were missing`)
    heldBytes = (await heldBySeeds(network, link)) * SEALED_CHUNK_BYTES_MAX
  }
  const again = (await traffic(network)).received - start.received - bytes
  await tab[Symbol.asyncDispose]()
  return { link, again, inFlight: kills * SEND_IN_FLIGHT + OTHER_BYTES }
}

/** F23: the recipient's page dies at random places, and saves again: what the browser keeps is not fetched again. */
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
    const point = pointOf(plan, kill, random)
    const held = await holdTransfers(tab.page, point)
    const download = await tab.startSave()
    await tab.untilSaved(point - SEALED_CHUNK_BYTES_MAX)
    tab = await dieInTheMiddle(tab, held, { network, url: link, random })
    // A part is never kept for the whole.
    ok((await download.failure()) !== null, 'saved before it died')
    const keptBytes = (await tab.keptChunks()) * SEALED_CHUNK_BYTES_MAX
    ok(keptBytes > point / 2, `${keptBytes} kept where ${point} were saved`)
  }
  const missing = bytes - (await tab.keptChunks()) * SEALED_CHUNK_BYTES_MAX
  const before = await traffic(network)
  const saved = await tab.save()
  equal(await hashFile(saved.path), await hashFile(path))
  const fetched = (await traffic(network)).sent - before.sent
  ok(fetched <= missing + OTHER_BYTES, `fetched ${fetched} where ${missing} were missing`)
  const again = (await traffic(network)).sent - start.sent - bytes
  await tab[Symbol.asyncDispose]()
  return { link, again, inFlight: kills * SAVE_IN_FLIGHT + OTHER_BYTES }
}

/** Far enough in that what came before it weighs more than what is on its way, and far enough from the end. */
function pointOf({ bytes, kills }: PageKills, kill: number, random: () => number): number {
  return (bytes * (kill + 1 + random() / 2)) / (kills + 2)
}

type Death = Readonly<{ network: TestNetwork; url: string; random: () => number }>

/** It dies while something is on its way that no seed has answered. @returns The tab that comes after it. */
async function dieInTheMiddle(tab: Tab, held: HeldTransfers, death: Death): Promise<Tab> {
  try {
    await stopOnItsWay(death.network, tab, held)
    return await die(tab, death)
  } finally {
    death.network.signalSeeds('SIGCONT')
    await settle(death.network)
  }
}

/** The page is loaded again, closed, or its process crashes. @returns The tab that comes after it. */
async function die(tab: Tab, { url, random }: Death): Promise<Tab> {
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
async function settle(network: TestNetwork): Promise<void> {
  let before = await traffic(network)
  for (;;) {
    await pause(300)
    const now = await traffic(network)
    if (now.received + now.sent - before.received - before.sent < SEALED_CHUNK_BYTES_MAX) return
    before = now
  }
}
