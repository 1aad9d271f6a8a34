import { ok } from 'node:assert/strict'
import type { Page } from 'puppeteer-core'
import type { SwarmSnapshot } from '../../client/worker/swarm-snapshot.ts'

// What a person does in a page that nobody watches.

/** Picks a file, and waits for the form to send it with. */
export async function chooseFile(page: Page, path: string): Promise<void> {
  const input = await page.waitForSelector('>>> drop-zone >>> input#files')
  ok(input !== null, 'a place for files')
  await (await input.toElement('input')).uploadFile(path)
  await untilShown(page, 'Encrypt and send')
}

/** @param words - On a button, or close to it. */
export async function press(page: Page, words: string): Promise<void> {
  await page.locator(`::-p-text(${words})`).click()
}

export async function untilShown(page: Page, words: string): Promise<void> {
  await page.locator(`::-p-text(${words})`).wait()
}

/** Of the share that was sent last. */
export async function linkOf(page: Page): Promise<string> {
  const field = await page.waitForSelector('::-p-aria(Link to share)')
  return String(await field?.evaluate((element) => ('value' in element ? element.value : '')))
}

/** What the page knows of others with the link that it was opened with. */
export async function swarmOf(page: Page): Promise<SwarmSnapshot | undefined> {
  return page.evaluate(() => document.querySelector('skerry-app')?.snapshot?.receive?.swarm)
}

export async function untilPeers(page: Page, count: number): Promise<void> {
  await page.waitForFunction(
    (wanted) => {
      const { receive } = document.querySelector('skerry-app')?.snapshot ?? {}
      return receive?.swarm?.peerCount === wanted
    },
    {},
    count,
  )
}
