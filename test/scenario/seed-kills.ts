import { rm } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import type { TestNetwork } from '../e2e/network.ts'
import type { RunningCommand } from '../e2e/running-command.ts'
import { createRandom } from '../random.ts'
import { writeRandomFile } from './files.ts'
import { assertSame, assertStored, get, linkOf } from './round-trip.ts'
import { extentBytes, until } from './seed-watch.ts'

export type SeedKills = Readonly<{
  kills: number
  killsPerUpload: number
  /** Of each file. */
  bytes: number
  /** Of the random choices. */
  seed: number
  note?: (text: string) => void
}>

export type SeedKillFigures = Readonly<{ kills: number; uploads: number }>

const MORE_MS = 150

/**
 * F01: kills one seed at random moments of uploads and starts it again: each upload ends stored, and what comes
 * back is what was sent.
 *
 * @param network - One that starts nothing again by itself.
 */
export async function killSeedsWhileSending(
  network: TestNetwork,
  { kills, killsPerUpload, bytes, seed, note }: SeedKills,
): Promise<SeedKillFigures> {
  const random = createRandom(seed)
  let done = 0
  let uploads = 0
  while (done < kills) {
    const folder = `upload-${uploads}`
    await writeRandomFile(network.path(folder, 'file.bin'), bytes)
    await using send = network.start(['send', network.path(folder)])
    const link = await linkOf(send)
    const count = Math.min(killsPerUpload, kills - done)
    done += await killSeeds({ network, send, bytes, random, count })
    assertStored(await send.finish())
    await get(network, link, folder)
    await assertSame(network, folder)
    uploads += 1
    note?.(`${done} of ${kills} kills`)
    for (const name of [folder, `${folder}-out`]) await rm(network.path(name), { recursive: true })
  }
  return { kills: done, uploads }
}

type Killing = Readonly<{
  network: TestNetwork
  send: RunningCommand
  bytes: number
  random: () => number
  count: number
}>

/** @returns How many of the kills came before the upload was stored: the others say nothing. */
async function killSeeds({ network, send, bytes, random, count }: Killing): Promise<number> {
  const isStored = (): boolean => send.said.some(({ event }) => event === 'stored')
  const startBytes = await Promise.all(network.seeds.map((seed) => extentBytes(seed)))
  let kills = 0
  for (let i = 0; i < count; i += 1) {
    const index = Math.floor(random() * network.seeds.length)
    const victim = network.seed(index)
    // By what lies on its disk, so that a slow machine is killed at the same points as a fast one.
    const point = (startBytes[index] ?? 0) + random() * bytes
    await until(async () => (await extentBytes(victim)) >= point, isStored)
    await pause(random() * MORE_MS)
    if (isStored()) break
    await network.killSeed(victim)
    kills += 1
    await network.startSeed(victim)
  }
  return kills
}
