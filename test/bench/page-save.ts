import { equal } from 'node:assert/strict'
import { copyFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { CaseContext } from '../case-runner.ts'
import { PageWorld } from '../page/page-world.ts'
import { hashFile, writeRandomFile } from '../scenario/files.ts'
import { send } from '../scenario/round-trip.ts'
import { median, megabytesPerSecond, ratioText, secondsOf } from './raw/figures.ts'
import { Nginx } from './raw/nginx.ts'

export const title =
  'a save in the page, verified and decrypted, against a plain download of the same file from nginx by the same browser'

const BYTES = 512 * 1024 * 1024
const ROUNDS = 3

export async function run({ dir, note }: CaseContext): Promise<string> {
  await using world = await PageWorld.start()
  const source = world.path('in', 'file.bin')
  await writeRandomFile(source, BYTES)
  const { link } = await send(world.network, 'in')
  await copyFile(source, join(dir, 'plain.bin.part'))
  await rename(join(dir, 'plain.bin.part'), join(dir, 'plain.bin'))
  await using nginx = await Nginx.start(dir)
  const rates: Record<'plain' | 'save', number[]> = { plain: [], save: [] }
  // In turn, so that a machine that gets slower does so for both; the first round warms both.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const plain = await savePlain(world, `${nginx.url}/plain.bin`)
    const save = await saveShare(world, link, source)
    note(`plain ${(BYTES / 1e6 / plain).toFixed(0)}, save ${(BYTES / 1e6 / save).toFixed(0)} MB/s`)
    if (round === 0) continue
    rates.plain.push(BYTES / plain)
    rates.save.push(BYTES / save)
  }
  const [raw, ours] = [median(rates.plain), median(rates.save)]
  const [save, plain] = [ours, raw].map((rate) => megabytesPerSecond(rate, 1))
  return `save ${save}, plain ${plain}, ${ratioText(ours / raw, '≥ 0.30')}`
}

/** @returns Seconds from the click until the browser has the whole file. */
async function savePlain(world: PageWorld, url: string): Promise<number> {
  await using tab = await world.visit()
  const started = tab.page.waitForEvent('download')
  return await secondsOf(async () => {
    await tab.page.goto(url).catch(() => undefined)
    await (await started).path()
  })
}

async function saveShare(world: PageWorld, link: string, source: string): Promise<number> {
  await using tab = await world.visit(link)
  await tab.untilSaid('Save the file')
  let path = ''
  const seconds = await secondsOf(async () => {
    path = (await tab.save()).path
  })
  equal(await hashFile(path), await hashFile(source))
  return seconds
}
