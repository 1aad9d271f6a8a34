import { equal } from 'node:assert/strict'
import type { CaseContext } from '../case-runner.ts'
import { PageWorld } from '../page/page-world.ts'
import { hashFile, writeRandomFile } from '../scenario/files.ts'
import { send } from '../scenario/round-trip.ts'
import { median, ratioText, secondsOf } from './raw/figures.ts'
import { rawNativeRate } from './raw/raw-native.ts'

export const title =
  'a save from one seed over WebRTC, verified and decrypted, against a bare channel from Node to the same page'

const BYTES = 64 * 1024 * 1024
const ROUNDS = 3

export async function run({ note }: CaseContext): Promise<string> {
  await using world = await PageWorld.startWith({ args: ['--no-restart'] })
  const path = world.path('in', 'file.bin')
  await writeRandomFile(path, BYTES)
  const { link } = await send(world.network, 'in')
  await world.network.killSeed(world.network.seed(1))
  const ratios: number[] = []
  // The first round warms both.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const { raw, ours } = await measure(world, link, path)
    note(`raw ${(raw / 1e6).toFixed(1)}, ours ${(ours / 1e6).toFixed(1)} MB/s`)
    if (round > 0) ratios.push(ours / raw)
  }
  return ratioText(median(ratios), '≥ 0.90')
}

/** @returns Bytes a second: of the bare channel, and from the click until the browser has the whole file. */
async function measure(
  world: PageWorld,
  link: string,
  path: string,
): Promise<{ raw: number; ours: number }> {
  await using tab = await world.visit('about:blank')
  // The seed cannot be asked any other way.
  for (const { url } of world.network.seeds)
    await tab.page.context().route(`${url}/**`, (route) => route.abort('connectionrefused'))
  await tab.page.goto(link)
  await tab.untilSaid('Save the file')
  const raw = await rawNativeRate(tab.page, BYTES)
  let saved = ''
  const seconds = await secondsOf(async () => {
    saved = (await tab.save()).path
  })
  equal(await hashFile(saved), await hashFile(path))
  equal((await tab.swarm())?.peerBytes, 0)
  return { raw, ours: BYTES / seconds }
}
