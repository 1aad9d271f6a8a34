import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CaseContext } from '../case-runner.ts'
import { TestNetwork } from '../e2e/network.ts'
import { builtPage } from '../page/built-page.ts'
import { writeRandomFile } from '../scenario/files.ts'
import { UnwatchedBrowser } from '../scenario/unwatched-browser.ts'
import { chooseFile, press, untilShown } from '../scenario/unwatched-page.ts'
import { median, megabytesPerSecond, ratioText, secondsOf } from './raw/figures.ts'
import { PlainServer } from './raw/plain-server.ts'

export const title =
  'sending from the page until two receipts, against PUTs of the same file as Blobs of 4 MiB by the same browser to a server that syncs each'

const BYTES = 256 * 1024 * 1024
const BODY_BYTES = 4 * 1024 * 1024
const IN_FLIGHT = 4
const ROUNDS = 3
const TIMEOUT_MS = 300_000
const PAGE = '<!doctype html><title>Raw</title><input type=file>'

export async function run({ dir, note }: CaseContext): Promise<string> {
  await builtPage()
  await using network = await TestNetwork.startWith({ args: ['--no-restart'], parent: dir })
  await using plain = await PlainServer.start(dir)
  await writeFile(join(dir, encodeURIComponent('/page')), PAGE)
  const source = network.path('in', 'file.bin')
  await writeRandomFile(source, BYTES)
  const rates: Record<'raw' | 'send', number[]> = { raw: [], send: [] }
  // In turn, so that a machine that gets slower does so for both; the first round warms both.
  for (let round = 0; round <= ROUNDS; round += 1) {
    await using browser = await UnwatchedBrowser.start(join(dir, `browser-${round}`))
    const raw = await putAll(browser, `${plain.url}/page`, source)
    const send = await sendFile(browser, network.url, source)
    note(`raw ${(BYTES / 1e6 / raw).toFixed(0)}, send ${(BYTES / 1e6 / send).toFixed(0)} MB/s`)
    if (round === 0) continue
    rates.raw.push(BYTES / raw)
    rates.send.push(BYTES / send)
  }
  const [raw, ours] = [median(rates.raw), median(rates.send)]
  const [send, puts] = [ours, raw].map((rate) => megabytesPerSecond(rate, 1))
  return `send ${send}, raw PUTs ${puts}, ${ratioText(ours / raw, 0.3)}`
}

/** @returns Seconds until the last body was answered. */
async function putAll(browser: UnwatchedBrowser, url: string, source: string): Promise<number> {
  const page = await browser.open(url, TIMEOUT_MS)
  const input = await page.waitForSelector('input')
  await (await input?.toElement('input'))?.uploadFile(source)
  const seconds = await secondsOf(async () => {
    await page.evaluate(
      async (bodyBytes, inFlight) => {
        const file = document.querySelector('input')?.files?.[0]
        if (file === undefined) throw new Error('no file')
        let at = 0
        const lane = async (): Promise<void> => {
          while (at < file.size) {
            const from = at
            at += bodyBytes
            const body = new Blob([await file.slice(from, from + bodyBytes).arrayBuffer()])
            await fetch(`/${from}`, { method: 'PUT', body })
          }
        }
        await Promise.all(Array.from({ length: inFlight }, lane))
      },
      BODY_BYTES,
      IN_FLIGHT,
    )
  })
  await page.close()
  return seconds
}

/** @returns Seconds from the click until the page may be closed. */
async function sendFile(browser: UnwatchedBrowser, url: string, source: string): Promise<number> {
  const page = await browser.open(url, TIMEOUT_MS)
  await chooseFile(page, source)
  return secondsOf(async () => {
    await press(page, 'Encrypt and send')
    await untilShown(page, 'You can close this page')
  })
}
