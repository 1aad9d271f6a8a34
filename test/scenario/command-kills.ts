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
import type { TestNetwork } from '../e2e/network.ts'
import type { RunningCommand } from '../e2e/running-command.ts'
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
  /** How often it was killed before it was done. */
  kills: number
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
/** How `RunningCommand` says that a signal ended it. */
const KILLED = -1

/**
 * F22: kills `send` at random moments, and gives the same command again: it goes on with the same link, and no
 * seed is sent what one of them held.
 */
export async function killSend(
  network: TestNetwork,
  { folder, bytes, kills, seed }: CommandKills,
): Promise<CommandKillFigures> {
  const start = (await traffic(network)).received
  const bytesDone = await diskMark(network)
  let link = ''
  const done = await killEach({
    bytes,
    kills,
    random: createRandom(seed),
    bytesDone,
    run: async (end) => {
      const before = (await traffic(network)).received
      const held = link === '' ? 0 : await heldBySeeds(network, link)
      await using sending = network.start(['send', network.path(folder)])
      const said = await linkOf(sending)
      equal(said, link === '' ? said : link, 'another run, another link')
      link = said
      const isDone = await end(sending)
      if (isDone) assertStored(await sending.finish())
      await settle(network)
      const sent = (await traffic(network)).received - before
      const most = bytes - held * SEALED_CHUNK_BYTES_MAX + OTHER_BYTES
      ok(sent <= most, `${sent} bytes were sent where ${most} would have done`)
      return isDone
    },
  })
  const again = (await traffic(network)).received - start - bytes
  const inFlight = done * SEND_IN_FLIGHT + OTHER_BYTES
  ok(again <= inFlight, `${again} bytes travelled again`)
  return { link, kills: done, again, inFlight }
}

/** F22: kills `get` at random moments, and gives the same command again: nothing that was saved is fetched again. */
export async function killGet(
  network: TestNetwork,
  { folder, bytes, kills, seed, link }: CommandKills & Readonly<{ link: string }>,
): Promise<CommandKillFigures> {
  const target = network.path(`${folder}-out`)
  const start = (await traffic(network)).sent
  const done = await killEach({
    bytes,
    kills,
    random: createRandom(seed),
    bytesDone: () => savedBytes(target),
    run: async (end) => {
      const before = (await traffic(network)).sent
      const saved = await savedBytes(target)
      await using getting = network.start(['get', link, '-o', target])
      const isDone = await end(getting)
      if (isDone) assertDone(await getting.finish())
      await settle(network)
      const fetched = (await traffic(network)).sent - before
      const most = bytes - saved + OTHER_BYTES
      ok(fetched <= most, `${fetched} bytes were fetched where ${most} would have done`)
      return isDone
    },
  })
  const again = (await traffic(network)).sent - start - bytes
  const inFlight = done * GET_IN_FLIGHT + OTHER_BYTES
  ok(again <= inFlight, `${again} bytes travelled again`)
  await assertSame(network, folder)
  return { link, kills: done, again, inFlight }
}

type Killing = Pick<CommandKills, 'bytes' | 'kills'> &
  Readonly<{
    random: () => number
    /** By all runs so far. */
    bytesDone: () => Promise<number>
    /** Runs it once. @param end - Resolves when it ends: false if it was killed. */
    run: (end: (command: RunningCommand) => Promise<boolean>) => Promise<boolean>
  }>

/** Runs it again and again, until it ends by itself. @returns How often it was killed. */
async function killEach({ bytes, kills, random, bytesDone, run }: Killing): Promise<number> {
  for (let kill = 0; ; kill += 1) {
    const point = (bytes * (kill + random())) / (kills + 1)
    const isDone = await run(async (command) => {
      if (kill === kills) return true
      let isOver = false
      void command.finish().then(() => (isOver = true))
      // By what it has done, so that a slow machine is killed at the same points as a fast one.
      await until(
        async () => (await bytesDone()) >= point,
        () => isOver,
      )
      if (!isOver) command.kill('SIGKILL')
      return (await command.finish()).code !== KILLED
    })
    if (isDone) return kill
  }
}

/** Tells how many bytes the seeds have taken from now on. */
async function diskMark(network: TestNetwork): Promise<() => Promise<number>> {
  const sum = async (): Promise<number> => {
    const sizes = await Promise.all(network.seeds.map((seed) => extentBytes(seed)))
    // Each chunk comes to lie on both in the end.
    return sizes.reduce((total, size) => total + size, 0) / network.seeds.length
  }
  const start = await sum()
  return async () => (await sum()) - start
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
