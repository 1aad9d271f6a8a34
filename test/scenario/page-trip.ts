import { equal } from 'node:assert/strict'
import { basename } from 'node:path'
import type { TestNetwork } from '../e2e/network.ts'
import { hashFile } from './files.ts'
import { PageMemory } from './page-memory.ts'
import { UnwatchedBrowser } from './unwatched-browser.ts'
import { chooseFile, linkOf, press, untilShown } from './unwatched-page.ts'

/** What one file cost on its way from a page to a page. */
export type PageTrip = Readonly<{
  sendSeconds: number
  saveSeconds: number
  /** Growth of the sending and the saving page, in bytes. */
  sendGrowth: number
  saveGrowth: number
  link: string
}>

type Costs = Readonly<{ seconds: number; growth: number }>

/** Sends a file from one page and saves it from another one: it must come back the same. */
export async function pageTrip(
  network: TestNetwork,
  path: string,
  timeoutMs: number,
): Promise<PageTrip> {
  const [sent, link] = await sendFrom(network, path, timeoutMs)
  const saved = await saveFrom(network, { link, path, timeoutMs })
  return {
    sendSeconds: sent.seconds,
    saveSeconds: saved.seconds,
    sendGrowth: sent.growth,
    saveGrowth: saved.growth,
    link,
  }
}

async function sendFrom(
  network: TestNetwork,
  path: string,
  timeoutMs: number,
): Promise<[Costs, string]> {
  await using browser = await UnwatchedBrowser.start(network.path('sender'))
  const page = await browser.open(network.url, timeoutMs)
  await chooseFile(page, path)
  const costs = await costsOf(browser, async () => {
    await press(page, 'Encrypt and send')
    await untilShown(page, 'You can close this page')
  })
  return [costs, await linkOf(page)]
}

async function saveFrom(
  network: TestNetwork,
  { link, path, timeoutMs }: { link: string; path: string; timeoutMs: number },
): Promise<Costs> {
  await using browser = await UnwatchedBrowser.start(network.path('recipient'))
  const page = await browser.open(link, timeoutMs)
  await untilShown(page, 'Save the file')
  const costs = await costsOf(browser, async () => {
    await press(page, 'Save the file')
    await untilShown(page, 'every byte checked')
  })
  const saved = await browser.untilDownloaded(basename(path))
  equal(await hashFile(saved), await hashFile(path))
  return costs
}

async function costsOf({ browser }: UnwatchedBrowser, act: () => Promise<void>): Promise<Costs> {
  const memory = await PageMemory.start(browser)
  const startMs = performance.now()
  await act()
  return { seconds: (performance.now() - startMs) / 1000, growth: await memory.grownBytes() }
}
