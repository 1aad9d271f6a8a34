import { equal } from 'node:assert/strict'
import { copyFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { CaseContext } from '../case-runner.ts'
import { TestNetwork } from '../e2e/network.ts'
import { builtPage } from '../page/built-page.ts'
import { hashFile, writeRandomFile } from '../scenario/files.ts'
import { send } from '../scenario/round-trip.ts'
import { UnwatchedBrowser } from '../scenario/unwatched-browser.ts'
import { press, untilShown } from '../scenario/unwatched-page.ts'
import { median, megabytesPerSecond, ratioText, secondsOf } from './raw/figures.ts'
import { Nginx } from './raw/nginx.ts'

export const title =
  'a save in the page, verified and decrypted, against a plain download of the same file from nginx by the same browser'

const BYTES = 512 * 1024 * 1024
const ROUNDS = 3
const TIMEOUT_MS = 300_000

export async function run({ dir, note }: CaseContext): Promise<string> {
  await builtPage()
  await using network = await TestNetwork.startWith({ args: ['--no-restart'], parent: dir })
  const source = network.path('in', 'file.bin')
  await writeRandomFile(source, BYTES)
  const { link } = await send(network, 'in')
  await copyFile(source, join(dir, 'plain.bin.part'))
  await rename(join(dir, 'plain.bin.part'), join(dir, 'plain.bin'))
  await using nginx = await Nginx.start(dir)
  const rates: Record<'plain' | 'save', number[]> = { plain: [], save: [] }
  // In turn, so that a machine that gets slower does so for both; the first round warms both.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const browserDir = join(dir, `browser-${round}`)
    await using browser = await UnwatchedBrowser.start(browserDir)
    const plain = await savePlain(browser, `${nginx.url}/plain.bin`)
    const save = await saveShare(browser, link, source)
    note(`plain ${(BYTES / 1e6 / plain).toFixed(0)}, save ${(BYTES / 1e6 / save).toFixed(0)} MB/s`)
    if (round === 0) continue
    rates.plain.push(BYTES / plain)
    rates.save.push(BYTES / save)
  }
  const [raw, ours] = [median(rates.plain), median(rates.save)]
  const [save, plain] = [ours, raw].map((rate) => megabytesPerSecond(rate, 1))
  return `save ${save}, plain ${plain}, ${ratioText(ours / raw, 0.3)}`
}

/** @returns Seconds from the click until the browser has the whole file. */
async function savePlain(browser: UnwatchedBrowser, url: string): Promise<number> {
  const page = await browser.open('about:blank', TIMEOUT_MS)
  const seconds = await secondsOf(async () => {
    // A download is no page to go to.
    await page.goto(url).catch(() => undefined)
    await browser.untilDownloaded('plain.bin')
  })
  await page.close()
  return seconds
}

async function saveShare(browser: UnwatchedBrowser, link: string, source: string): Promise<number> {
  const page = await browser.open(link, TIMEOUT_MS)
  await untilShown(page, 'Save the file')
  let path = ''
  const seconds = await secondsOf(async () => {
    await press(page, 'Save the file')
    path = await browser.untilDownloaded('file.bin')
  })
  equal(await hashFile(path), await hashFile(source))
  return seconds
}
