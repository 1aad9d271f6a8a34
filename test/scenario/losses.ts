import { deepEqual, equal, ok } from 'node:assert/strict'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunningSeed, TestNetwork } from '../e2e/network.ts'
import {
  readStatus,
  untilAllHold,
  wordOf,
  type SeedWord,
  type StatusWord,
} from './custody-status.ts'
import { assertSame, assertStored, get, linkOf } from './round-trip.ts'
import { extentBytes, until } from './seed-watch.ts'

/** A share that is stored: its folder in the network's own, and its link. */
export type StoredShare = Readonly<{ folder: string; link: string }>

/** F13: the signal server dies while a share is sent: it is stored all the same. @returns Its link. */
export async function sendWhileSignalDies(network: TestNetwork, folder: string): Promise<string> {
  const diskBytes = async (): Promise<number> => {
    const sizes = await Promise.all(network.seeds.map((seed) => extentBytes(seed)))
    return sizes.reduce((sum, size) => sum + size, 0)
  }
  const before = await diskBytes()
  await using sending = network.start(['send', network.path(folder)])
  const link = await linkOf(sending)
  await until(async () => (await diskBytes()) > before)
  await network.killSignal()
  equal(
    sending.said.some(({ event }) => event === 'stored'),
    false,
    'it was stored before',
  )
  assertStored(await sending.finish())
  return link
}

/**
 * P7, F13: with the signal server dead, and either seed dead or hung, whoever once asked the network gets the
 * share: who got something before, and who sent it.
 *
 * @param network - One that starts nothing again by itself. Afterwards the signal server is gone.
 * @returns How often it was got.
 */
export async function getWithoutSignalAndOneSeed(
  network: TestNetwork,
  { folder, link }: StoredShare,
): Promise<number> {
  let count = 0
  const getFrom = async (home: string): Promise<void> => {
    await rm(network.path(`${folder}-out`), { recursive: true, force: true })
    await get(network, link, folder, { home })
    await assertSame(network, folder)
    count += 1
  }
  if (network.isSignalRunning) await network.killSignal()
  for (const seed of network.seeds) {
    process.kill(network.pidOf(seed), 'SIGSTOP')
    await getFrom('home')
    process.kill(network.pidOf(seed), 'SIGCONT')
    await network.killSeed(seed)
    await getFrom('home')
    await getFrom('reader')
    await network.startSeed(seed)
  }
  return count
}

/** P4: every process is killed at once, and the network started again: the share is there. */
export async function killEverything(
  network: TestNetwork,
  { folder, link }: StoredShare,
): Promise<StatusWord> {
  await network.killAll()
  await using running = new AsyncDisposableStack()
  running.use(await network.startAgain())
  await rm(network.path(`${folder}-out`), { recursive: true, force: true })
  await get(network, link, folder)
  await assertSame(network, folder)
  return await untilAllHold(network, link)
}

/**
 * F08: a seed whose folder is emptied is filled by the other one, without anyone asking.
 *
 * @returns What `status` said that it holds, from the loss on: the last word is `all`.
 */
export async function emptySeed(
  network: TestNetwork,
  { folder, link }: StoredShare,
  seed: RunningSeed,
): Promise<SeedWord['held'][]> {
  await network.killSeed(seed)
  for (const name of await readdir(seed.dir)) await rm(join(seed.dir, name), { recursive: true })
  const words = [await readHeld(network, link, seed)]
  await network.startSeed(seed)
  await until(async () => {
    words.push(await readHeld(network, link, seed))
    return words.at(-1) === 'all'
  })
  const status = await untilAllHold(network, link)
  equal(status.share.isPolicyMet, true)
  // Now it can do without the other one.
  await assertServedBy(network, { folder, link }, seed)
  return words.filter((word, i) => word !== words[i - 1])
}

async function readHeld(
  network: TestNetwork,
  link: string,
  seed: RunningSeed,
): Promise<SeedWord['held']> {
  const word = wordOf(await readStatus(network, link), seed)
  ok(word !== undefined, 'a custodian that status names')
  return word.held
}

/**
 * F08: no seed has any sealed chunk left, and whoever has the files and the link brings all of them back.
 *
 * @returns What `status` says afterwards that each seed holds.
 */
export async function healAfterLoss(
  network: TestNetwork,
  { folder, link }: StoredShare,
): Promise<SeedWord['held'][]> {
  const sizes = await Promise.all(network.seeds.map((seed) => extentBytes(seed)))
  for (const seed of network.seeds) await network.killSeed(seed)
  for (const seed of network.seeds) await removeExtents(seed)
  for (const seed of network.seeds) await network.startSeed(seed)
  assertStored(await network.run(['heal', link, network.path(folder)], { home: 'healer' }))
  deepEqual(await Promise.all(network.seeds.map((seed) => extentBytes(seed))), sizes)
  const { seeds } = await untilAllHold(network, link)
  for (const seed of network.seeds) await assertServedBy(network, { folder, link }, seed)
  return seeds.map(({ held }) => held)
}

async function removeExtents({ dir }: RunningSeed): Promise<void> {
  const root = join(dir, 'shares')
  for (const name of await readdir(root, { recursive: true })) {
    if (name.endsWith('.ext')) await rm(join(root, name))
  }
}

/** All of it comes from this seed, with the others dead. */
async function assertServedBy(
  network: TestNetwork,
  { folder, link }: StoredShare,
  seed: RunningSeed,
): Promise<void> {
  const others = network.seeds.filter((other) => other !== seed)
  for (const other of others) await network.killSeed(other)
  await rm(network.path(`${folder}-out`), { recursive: true, force: true })
  await get(network, link, folder)
  await assertSame(network, folder)
  for (const other of others) await network.startSeed(other)
}
