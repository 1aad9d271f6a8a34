import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { TransferError } from '../../protocol/errors.ts'
import type { RunningSeed, TestNetwork } from '../e2e/network.ts'
import type { Finished } from '../e2e/running-command.ts'
import { assertDone, assertSame, get, send } from './round-trip.ts'
import { extentBytes, readerAt, until } from './seed-watch.ts'

/** Promised in P10. */
const GONE_MS_MAX = 60_000

/**
 * P9: a share that is deleted while one seed is down stays deleted when that seed returns: it learns it from the
 * other one and never serves the share again, also when it is the only seed left.
 *
 * @param network - One of two seeds that starts nothing again by itself.
 * @returns Why each seed does not serve it in the end.
 */
export async function deleteWhileSeedIsDown(
  network: TestNetwork,
  folder: string,
): Promise<(string | undefined)[]> {
  const { link, owner } = await send(network, folder)
  const [up, down] = [network.seed(0), network.seed(1)]
  await network.killSeed(down)
  const deleted = await network.run(['delete', '--token-file', '-'], { input: owner })
  assertDone(deleted)
  ok(
    deleted.said.some(({ event }) => event === 'warning'),
    'a word on the seed that is down',
  )
  await network.startSeed(down)
  // Whatever the seed that was away still believes, nobody gets the share from here on.
  assertEnded(await network.run(['get', link, '-o', network.path('deleted')]), 'SHARE_DELETED')
  await until(async () => (await endOf(down, link)) === 'SHARE_DELETED')
  equal(await extentBytes(down), 0)
  await network.killSeed(up)
  assertEnded(await network.run(['get', link, '-o', network.path('deleted')]), 'SHARE_DELETED')
  await network.startSeed(up)
  return Promise.all(network.seeds.map((seed) => endOf(seed, link)))
}

/**
 * P10: of two shares with the same end, the one that is extended in time stays, and the other is gone within a
 * minute of it, at every seed.
 *
 * @param lifeMs - Long enough for sending and extending.
 * @returns How long after its end the last seed stopped serving the other one, in ms.
 */
export async function expireAndExtend(
  network: TestNetwork,
  folder: string,
  lifeMs: number,
): Promise<number> {
  const expires = ['--expires', `${Math.ceil(lifeMs / 1000)}s`]
  const ending = await send(network, folder, ...expires)
  const endMs = Date.now() + lifeMs
  const staying = await send(network, folder, ...expires)
  const token = network.path('staying.token')
  await writeFile(token, staying.owner)
  assertDone(await network.run(['extend', '--token-file', token, '--expires', '1h']))
  await pause(Math.max(0, endMs - Date.now()))
  await untilAllSay(network, ending.link, 'SHARE_EXPIRED')
  const lateMs = Date.now() - endMs
  ok(lateMs <= GONE_MS_MAX, `it was served for ${lateMs} ms after its end`)
  assertEnded(
    await network.run(['get', ending.link, '-o', network.path('expired')]),
    'SHARE_EXPIRED',
  )
  await rm(network.path(`${folder}-out`), { recursive: true, force: true })
  await get(network, staying.link, folder)
  await assertSame(network, folder)
  return Math.max(0, lateMs)
}

/** It failed with that code, and says so in a sentence. */
export function assertEnded({ code, said, stderr }: Finished, expected: string): void {
  const error = said.at(-1)
  deepEqual([code, error?.event, error?.['code']], [1, 'error', expected], stderr)
  match(String(error?.['message']), /^[A-Z].*\.$/)
}

async function untilAllSay(network: TestNetwork, link: string, code: string): Promise<void> {
  for (const seed of network.seeds) await until(async () => (await endOf(seed, link)) === code)
}

/** Why a seed does not serve a share: a code, or undefined while it does. */
export async function endOf(seed: RunningSeed, link: string): Promise<string | undefined> {
  try {
    await (await readerAt(seed, link)).getHeld()
    return undefined
  } catch (cause) {
    if (cause instanceof TransferError) return cause.code
    throw cause
  }
}
