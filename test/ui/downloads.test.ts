import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { app, LINK, receive, save } from './gallery/samples.ts'
import { draw, openPage, say, Site } from './site.ts'

const fragment = new URL(LINK).hash.slice(1)

let site: Site

beforeAll(async () => {
  site = await Site.start('page')
})
afterAll(() => site[Symbol.asyncDispose]())

describe("the browser's own downloads", () => {
  it('saves through the service worker, as an attachment of the exact length', async () => {
    const page = await openPage(site, `/#${fragment}`)
    const started = page.waitForEvent('download')
    await say(page, { type: 'save-ready', saveId: 'save-1', name: 'a "b" ü.txt', bytes: 3 })
    const download = await started
    expect(await readFile(await download.path(), 'utf8')).toBe('SKY')
    expect(download.suggestedFilename()).toBe('a _b_ ü.txt')
    expect(page.url()).toBe(`${site.server.origin}/#${fragment}`)
  })

  it('says at a save that its service worker does not come, or comes not at all', async () => {
    for (const before of [() => new Promise<void>(() => {}), () => Promise.reject(new Error())]) {
      site.server.before = (path) => (path === '/sw.js' ? before() : Promise.resolve())
      const page = await openPage(site, `/#${fragment}`)
      await say(page, { type: 'save-ready', saveId: 'save-1', name: 'a.txt', bytes: 3 })
      const fault = { type: 'download-fault', saveId: 'save-1', fault: 'unloaded' }
      await expect.poll(() => page.evaluate(() => globalThis.heard)).toContainEqual(fault)
      await page.context().close()
    }
    site.server.before = () => Promise.resolve()
  })

  it('begins no download that the person stopped while its service worker was waited for', async () => {
    const held = Promise.withResolvers<void>()
    site.server.before = (path) => (path === '/sw.js' ? held.promise : Promise.resolve())
    const page = await openPage(site, `/#${fragment}`)
    await draw(page, app({ receive: receive({ saves: [save({ saveId: 'save-1' })] }) }))
    await say(page, { type: 'save-ready', saveId: 'save-1', name: 'a.txt', bytes: 3 })
    await page.getByRole('button', { name: 'Stop' }).click()
    held.resolve()
    site.server.before = () => Promise.resolve()
    const started = page.waitForEvent('download')
    await say(page, { type: 'save-ready', saveId: 'save-2', name: 'b.txt', bytes: 3 })
    expect((await started).suggestedFilename()).toBe('b.txt')
    const heard = await page.evaluate(() => globalThis.heard)
    expect(heard.filter(({ type }) => type === 'save-port')).toHaveLength(1)
  })

  it('takes a service worker that is late for one that did not load, and not for a private window', async () => {
    const page = await openPage(site, `/#${fragment}`, async (blank) => {
      await blank.addInitScript(() => {
        Object.defineProperty(ServiceWorkerContainer.prototype, 'ready', {
          value: new Promise(() => {}),
        })
      })
    })
    await say(page, { type: 'save-ready', saveId: 'save-1', name: 'a.txt', bytes: 3 })
    const fault = { type: 'download-fault', saveId: 'save-1', fault: 'unloaded' }
    await expect.poll(() => page.evaluate(() => globalThis.heard)).toContainEqual(fault)
  })

  it('asks for its service worker anew at the next save', async () => {
    site.server.before = (path) =>
      path === '/sw.js' ? Promise.reject(new Error('As the test wants.')) : Promise.resolve()
    const page = await openPage(site, `/#${fragment}`)
    const ready = { type: 'save-ready', name: 'a.txt', bytes: 3 } as const
    await say(page, { ...ready, saveId: 'save-1' })
    const heard = (): Promise<unknown[]> => page.evaluate(() => globalThis.heard)
    await expect.poll(heard).toContainEqual(expect.objectContaining({ type: 'download-fault' }))
    site.server.before = () => Promise.resolve()
    const started = page.waitForEvent('download')
    await say(page, { ...ready, saveId: 'save-2' })
    expect(await readFile(await (await started).path(), 'utf8')).toBe('SKY')
  })

  it('says at a save that an address with http:// is why it cannot stream', async () => {
    const page = await openPage(site, `http://plain.test/#${fragment}`, async (blank) => {
      await blank.context().route('http://plain.test/**', async (route) => {
        const { pathname } = new URL(route.request().url())
        await route.fulfill({
          response: await route.fetch({ url: `${site.server.origin}${pathname}` }),
        })
      })
    })
    await say(page, { type: 'save-ready', saveId: 'save-1', name: 'a.txt', bytes: 3 })
    const fault = { type: 'download-fault', saveId: 'save-1', fault: 'insecure' }
    await expect.poll(() => page.evaluate(() => globalThis.heard)).toContainEqual(fault)
  })
})
