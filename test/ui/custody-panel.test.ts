import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { app, receive, withReceipt } from './gallery/samples.ts'
import { openGallery, show, Site } from './site.ts'

let site: Site
let page: Page

beforeAll(async () => {
  site = await Site.start('gallery')
  page = await openGallery(site)
})
afterAll(() => site[Symbol.asyncDispose]())

describe('who keeps a share', () => {
  it('is asked of the seeds when it is opened, unless all of them just signed', async () => {
    await show(page, 'receive-one')
    const nowMs = Date.now()
    const open = async (receiptAtMs: number): Promise<unknown> => {
      const [first, ...others] = withReceipt('stored').map((seed) =>
        Object.assign({}, seed, { receiptAtMs: nowMs }),
      )
      const signed = first === undefined ? [] : [{ ...first, receiptAtMs }, ...others]
      const snapshot = app({ receive: receive({ custody: signed }) })
      await page.evaluate((next) => globalThis.gallery.draw(next), snapshot)
      for (const isOpen of [true, false]) {
        await page.getByText('Who keeps it').click()
        await page.waitForFunction((wanted) => {
          const { renderRoot } = document.querySelector('skerry-app') ?? {}
          const view = renderRoot?.querySelector('receive-view')?.renderRoot
          const panel = view?.querySelector('custody-panel')?.renderRoot
          return panel?.querySelector('details')?.open === wanted
        }, isOpen)
      }
      return page.evaluate(() => globalThis.gallery.asked.map(({ type }) => type))
    }
    expect(await open(nowMs)).toEqual([])
    expect(await open(nowMs - 120_000)).toEqual(['receipts'])
  })
})
