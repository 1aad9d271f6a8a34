import { ok } from 'node:assert/strict'
import type { Page } from 'puppeteer-core'

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
