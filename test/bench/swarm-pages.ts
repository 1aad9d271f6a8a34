import { equal } from 'node:assert/strict'
import { join } from 'node:path'
import type { Page } from 'puppeteer-core'
import type { CaseContext } from '../case-runner.ts'
import { TestNetwork } from '../e2e/network.ts'
import { builtPage } from '../page/built-page.ts'
import { hashFile, writeRandomFile } from '../scenario/files.ts'
import { UnwatchedBrowser } from '../scenario/unwatched-browser.ts'
import {
  chooseFile,
  linkOf,
  press,
  swarmOf,
  untilPeers,
  untilShown,
} from '../scenario/unwatched-page.ts'
import { firstChunkMs } from './raw/first-chunk.ts'
import { median, ratioText, secondsOf } from './raw/figures.ts'
import { rawRate } from './raw/raw-channel.ts'
import { rawTransferRate } from './raw/raw-transfer.ts'

export const title =
  'saves from the page of the sender alone, verified and decrypted, and bare transfers of a file, against bare data channels of the same pages, each in a browser of its own'

const BYTES = 64 * 1024 * 1024
const ROUNDS = 3
const TIMEOUT_MS = 120_000
const FIRST_MS_MAX = 500

type Bench = Readonly<{
  network: TestNetwork
  dir: string
  path: string
  sender: Page
  link: string
  sha256: string
}>

export async function run({ dir, note }: CaseContext): Promise<string> {
  await builtPage()
  await using network = await TestNetwork.startWith({ args: ['--no-restart'], parent: dir })
  const path = network.path('in', 'file.bin')
  await writeRandomFile(path, BYTES)
  await using browser = await UnwatchedBrowser.start(join(dir, 'sender'))
  const sender = await browser.open(network.url, TIMEOUT_MS)
  await chooseFile(sender, path)
  await press(sender, 'Encrypt and send')
  await untilShown(sender, 'You can close this page')
  const link = await linkOf(sender)
  const bench = { network, dir, path, sender, link, sha256: await hashFile(path) }
  const figures: string[] = []
  for (const [count, least] of [
    [1, 0.9],
    [3, 0.85],
  ] as const) {
    const ratios: number[] = []
    const leastWork: number[] = []
    // The first round warms all.
    for (let round = 0; round <= ROUNDS; round += 1) {
      const { raw, transfer, ours } = await measure(bench, count)
      const [a, b, c] = [raw, transfer, ours].map((rate) => (rate / 1e6).toFixed(1))
      note(`to ${count}: bare ${a}, bare with a file ${b}, ours ${c} MB/s`)
      if (round === 0) continue
      ratios.push(ours / raw)
      leastWork.push(transfer / raw)
    }
    const bare = `a bare transfer of a file ${median(leastWork).toFixed(2)}`
    figures.push(`to ${count}: ${ratioText(median(ratios), least)}, ${bare}`)
  }
  const first = []
  for (let round = 0; round < ROUNDS; round += 1) first.push(await firstChunk(bench))
  const firstMs = median(first)
  const isMissed = firstMs > FIRST_MS_MAX ? ', missed' : ''
  figures.push(
    `first chunk ${firstMs.toFixed(0)} ms after the yes (target ≤ ${FIRST_MS_MAX} ms${isMissed})`,
  )
  return figures.join(', ')
}

/** @returns Bytes a second, of all that receive at once: bare channels, bare transfers, and from the click to the file. */
async function measure(
  { network, dir, path: source, sender, link, sha256 }: Bench,
  count: number,
): Promise<{ raw: number; transfer: number; ours: number }> {
  await using open = new AsyncDisposableStack()
  const recipients: { browser: UnwatchedBrowser; page: Page }[] = []
  // Each round with profiles that are new.
  while (recipients.length < count) {
    const browser = open.use(await UnwatchedBrowser.start(join(dir, crypto.randomUUID())))
    recipients.push({ browser, page: await browser.open(link, TIMEOUT_MS) })
  }
  const pages = recipients.map(({ page }) => page)
  for (const page of pages) {
    await press(page, 'Yes')
    await untilShown(page, 'Save the file')
  }
  await Promise.all(pages.map((page) => untilPeers(page, count)))
  const raw = await rawRate(sender, pages, BYTES)
  const transfer = await rawTransferRate(sender, recipients, source)
  network.signalSeeds('SIGSTOP')
  let saved: string[] = []
  const seconds = await secondsOf(async () => {
    await Promise.all(pages.map((page) => press(page, 'Save the file')))
    saved = await Promise.all(recipients.map(({ browser }) => browser.untilDownloaded('file.bin')))
  })
  network.signalSeeds('SIGCONT')
  for (const path of saved) equal(await hashFile(path), sha256)
  for (const page of pages) equal((await swarmOf(page))?.seedBytes, 0)
  return { raw, transfer, ours: (BYTES * count) / seconds }
}

/** @returns How long after the person's yes the first chunk came, while a save waits for it. */
async function firstChunk({ network, dir, link }: Bench): Promise<number> {
  await using browser = await UnwatchedBrowser.start(join(dir, crypto.randomUUID()))
  const page = await browser.open(link, TIMEOUT_MS)
  await untilShown(page, 'Save the file')
  network.signalSeeds('SIGSTOP')
  await press(page, 'Save the file')
  const ms = await firstChunkMs(page, () => press(page, 'Yes'))
  network.signalSeeds('SIGCONT')
  return ms
}
