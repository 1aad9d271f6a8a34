import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '../browser.ts'
import { TestNetwork } from '../e2e/network.ts'
import { findFirefox, launchFirefox } from '../firefox.ts'
import { hashFile, hashTree, writeRandomFile, writeSmallFiles } from '../scenario/files.ts'
import { send } from '../scenario/round-trip.ts'
import { builtPage } from './built-page.ts'
import { readZip } from './read-zip.ts'
import { Tab } from './tab.ts'

const BYTES = 12 * 1024 * 1024
/** Below what a test may take. */
const WAIT_MS = 90_000

const firefox = findFirefox()
if (firefox === undefined) process.stdout.write('No Firefox found: the page is not tried in it.\n')

describe.skipIf(firefox === undefined)('in Firefox', () => {
  let network: TestNetwork
  let browser: Browser
  let downloads = ''

  beforeAll(async () => {
    await builtPage()
    network = await TestNetwork.start()
    downloads = network.path('downloads')
    await mkdir(downloads)
    browser = await launchFirefox(firefox ?? '', downloads)
  })
  afterEach(async () => {
    network.signalSeeds('SIGCONT')
    // Of a try that failed.
    for (const name of await readdir(downloads)) await rm(join(downloads, name))
  })
  afterAll(async () => {
    await browser.close()
    await network[Symbol.asyncDispose]()
  })

  /** Opens a link and presses what has these words on it. */
  async function saveFrom(link: string, words: string): Promise<Page> {
    const page = await browser.newPage()
    page.setDefaultTimeout(WAIT_MS)
    await page.goto(link)
    await page.locator(`::-p-text(${words})`).click()
    return page
  }

  /** Where the download is, once the browser has all of it: until then another file stands beside it. */
  async function untilSaved(page: Page, name: string): Promise<string> {
    await page.locator('::-p-text(every byte checked)').wait()
    const files = async (): Promise<string[]> => readdir(downloads)
    await expect.poll(files).toEqual([name])
    await page.close()
    return join(downloads, name)
  }

  it('a file comes out of its link as it was sent', async () => {
    await writeRandomFile(network.path('in', 'film.bin'), BYTES)
    const { link } = await send(network, 'in')
    const page = await saveFrom(link, 'Save the file')
    const path = await untilSaved(page, 'film.bin')
    expect(await hashFile(path)).toBe(await hashFile(network.path('in', 'film.bin')))
    await rm(path)
  })

  it('a folder comes out as a zip, with the names it was sent with', async () => {
    await writeSmallFiles(network.path('many'), 120)
    const { link } = await send(network, 'many')
    const page = await saveFrom(link, 'Save all as a zip')
    const path = await untilSaved(page, 'many.zip')
    const files = readZip(await readFile(path))
    await rm(path)
    const hashes = [...files].map(([name, hash]) => [name.replace('many/', ''), hash] as const)
    expect(new Map(hashes)).toEqual(await hashTree(network.path('many')))
  })

  it('a file comes over WebRTC from the page of its sender in Chromium while no seed answers', async () => {
    const path = network.path('alone', 'song.bin')
    await writeRandomFile(path, BYTES)
    await using chromium = await launchBrowser()
    const sender = await Tab.open(await chromium.newContext(), network.url)
    const link = await sender.chooseAndSend(path)
    await sender.untilStored()
    network.signalSeeds('SIGSTOP')
    const page = await browser.newPage()
    await page.goto(link)
    await page.locator('::-p-text(Yes)').click()
    await page.locator('::-p-text(Save the file)').click()
    const saved = await untilSaved(page, 'song.bin')
    expect(await hashFile(saved)).toBe(await hashFile(path))
    await sender.untilSaid(/MB given so far/)
  })
})
