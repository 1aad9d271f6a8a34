import { writeFile } from 'node:fs/promises'
import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launchBrowser } from '../browser.ts'
import { visitorOptions, PageWorld } from './page-world.ts'
import { Tab } from './tab.ts'

/** Browsers trust this machine's own address as if it had TLS, and a name of it as little as any other. */
const NAME = 'skerry.test'

let world: PageWorld
let browser: Browser

beforeAll(async () => {
  const rule = `--host-resolver-rules=MAP ${NAME} 127.0.0.1`
  ;[world, browser] = await Promise.all([PageWorld.start(), launchBrowser(undefined, [rule])])
})
afterAll(async () => {
  await browser.close()
  await world[Symbol.asyncDispose]()
})

it('a page from an address with http:// sends files', async () => {
  const path = world.path('plain.txt')
  await writeFile(path, 'plain')
  const url = new URL(world.network.url)
  url.hostname = NAME
  await using sender = await Tab.open(await browser.newContext(visitorOptions), url.href)
  expect(await sender.page.evaluate(() => isSecureContext)).toBe(false)
  await sender.chooseAndSend(path)
  await sender.untilStored()
  const complaints = sender.complaints.filter((text) => !text.includes('header has been ignored'))
  expect(complaints).toEqual([])
})

// Chromium takes no drop that a test makes on such an address.
it('a page without handles, as from there, takes what is dropped on it', async () => {
  const path = world.path('dropped.txt')
  await writeFile(path, 'dropped')
  await using sender = await world.visit()
  await sender.page.evaluate(() => {
    Reflect.deleteProperty(globalThis, 'FileSystemFileHandle')
    Reflect.deleteProperty(DataTransferItem.prototype, 'getAsFileSystemHandle')
  })
  await sender.untilSaid('Drop files or folders here')
  await sender.drop(path)
  expect(await sender.page.getByRole('button', { name: 'Leave out dropped.txt' }).count()).toBe(1)
  expect(sender.complaints).toEqual([])
})
