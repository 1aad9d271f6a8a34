import { equal, ok } from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import {
  EXTENT_BYTES_MAX,
  FETCH_WINDOW_CHUNKS,
  LANE_BODIES_MAX,
  SEALED_CHUNK_BYTES_MAX,
} from '../../protocol/limits.ts'
import { ChunkSet } from '../../protocol/swarm/chunk-set.ts'
import type { RunningCommand, TestNetwork } from '../e2e/network.ts'
import { createRandom } from '../random.ts'
import { assertDone, assertSame, assertStored, linkOf } from './round-trip.ts'
import { extentBytes, heldBySeeds, traffic, until } from './seed-watch.ts'

export type CommandKills = Readonly<{
  /** Of the network's folder: what is sent, and where to it comes back with `-out` behind it. */
  folder: string
  /** Of all files in it. */
  bytes: number
  kills: number
  /** Of the random choices. */
  seed: number
}>

export type CommandKillFigures = Readonly<{
  link: string
  /** Bytes that travelled in all runs together, beyond those of one run without a kill. */
  again: number
  /** What may be on its way at the moments of all kills together. */
  inFlight: number
}>

/** Two bodies on their way to each of two seeds. */
const SEND_IN_FLIGHT = 2 * LANE_BODIES_MAX * EXTENT_BYTES_MAX
const GET_IN_FLIGHT = FETCH_WINDOW_CHUNKS * SEALED_CHUNK_BYTES_MAX
/** Of one run besides sealed chunks: HTTP, checkpoints, hashes, index, and a few chunks asked for twice. */
const OTHER_BYTES = 2 * EXTENT_BYTES_MAX
const MORE_MS = 100

/**
 * F22: kills `send` at random moments, and gives the same command again: it goes on with the same link, and no
 * seed is sent what one of them held.
 */
export async function killSend(
  network: TestNetwork,
  { folder, bytes, kills, seed }: CommandKills,
): Promise<CommandKillFigures> {
  const random = createRandom(seed)
  const command = ['send', network.path(folder)]
  const start = await traffic(network)
  const isBeyond = await diskMark(network)
  let link: string | undefined
  for (let kill = 0; kill <= kills; kill += 1) {
    const before = await traffic(network)
    const missing =
      bytes - (link === undefined ? 0 : (await heldBySeeds(network, link)) * SEALED_CHUNK_BYTES_MAX)
    await using send = network.start(command)
    const said = await linkOf(send)
    equal(said, link ?? said, 'another run, another link')
    link = said
    if (kill < kills) {
      await killAt(send, async () => isBeyond((bytes * (kill + random())) / kills), random)
      await settle(network)
    } else assertStored(await send.finish())
    const sent = (await traffic(network)).received - before.received
    ok(
      sent <= missing + OTHER_BYTES,
      `run ${kill} sent ${sent} bytes where ${missing} were missing`,
    )
  }
  const again = (await traffic(network)).received - start.received - bytes
  const inFlight = kills * SEND_IN_FLIGHT + OTHER_BYTES
  ok(again <= inFlight, `${again} bytes travelled again`)
  return { link: link ?? '', again, inFlight }
}

/** F22: kills `get` at random moments, and gives the same command again: nothing that was saved is fetched again. */
export async function killGet(
  network: TestNetwork,
  { folder, bytes, kills, seed, link }: CommandKills & Readonly<{ link: string }>,
): Promise<CommandKillFigures> {
  const random = createRandom(seed)
  const target = network.path(`${folder}-out`)
  const command = ['get', link, '-o', target]
  const start = await traffic(network)
  for (let kill = 0; kill <= kills; kill += 1) {
    const before = await traffic(network)
    const missing = bytes - (await savedBytes(target))
    await using get = network.start(command)
    const point = (bytes * (kill + random())) / kills
    if (kill < kills) {
      await killAt(get, async () => (await savedBytes(target)) >= point, random)
      await settle(network)
    } else assertDone(await get.finish())
    const fetched = (await traffic(network)).sent - before.sent
    const most = missing + OTHER_BYTES
    ok(fetched <= most, `run ${kill} fetched ${fetched} bytes where ${missing} were missing`)
  }
  const again = (await traffic(network)).sent - start.sent - bytes
  const inFlight = kills * GET_IN_FLIGHT + OTHER_BYTES
  ok(again <= inFlight, `${again} bytes travelled again`)
  await assertSame(network, folder)
  return { link, again, inFlight }
}

/** Kills it as soon as it came so far, or a little later. @throws if it ended before. */
async function killAt(
  command: RunningCommand,
  isThere: () => Promise<boolean>,
  random: () => number,
): Promise<void> {
  let isOver = false
  void command.finish().then(() => (isOver = true))
  await until(isThere, () => isOver)
  await pause(random() * MORE_MS)
  command.kill('SIGKILL')
  const { code, said } = await command.finish()
  equal(code, -1, `it ended before it was killed: ${JSON.stringify(said.at(-1))}`)
}

/** Whether the seeds together have taken so many more bytes than now. */
async function diskMark(network: TestNetwork): Promise<(bytes: number) => Promise<boolean>> {
  const sum = async (): Promise<number> => {
    const sizes = await Promise.all(network.seeds.map((seed) => extentBytes(seed)))
    // Each chunk comes to lie on both in the end.
    return sizes.reduce((total, size) => total + size, 0) / network.seeds.length
  }
  const start = await sum()
  return async (bytes) => (await sum()) - start >= bytes
}

/** What was on its way has arrived, or never will. */
async function settle(network: TestNetwork): Promise<void> {
  let before = await traffic(network)
  for (;;) {
    await pause(300)
    const now = await traffic(network)
    // The answers to this question are counted too.
    if (now.received + now.sent - before.received - before.sent < SEALED_CHUNK_BYTES_MAX) return
    before = now
  }
}

/** What the notes of an unfinished `get` say is written. */
export async function savedBytes(target: string): Promise<number> {
  const names = await readdir(target).catch(() => [])
  const work = names.find((name) => name.startsWith('.skerry-'))
  if (work === undefined) return 0
  const claims = await readFile(`${target}/${work}/claims`).catch(() => new Uint8Array(0))
  return new ChunkSet(claims.length * 8, claims).size * SEALED_CHUNK_BYTES_MAX
}
