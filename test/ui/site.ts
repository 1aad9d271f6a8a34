import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright'
import { launchBrowser } from '../browser.ts'
import { buildGallery, buildPage } from './build-site.ts'
import type { StateName } from './gallery/states.ts'
import { PageServer } from './page-server.ts'

/** A built site, served under a page's headers, and a browser to look at it with. */
export class Site implements AsyncDisposable {
  readonly browser: Browser
  readonly server: PageServer
  /** Where the built files are. */
  readonly folder: string

  private constructor(folder: string, server: PageServer, browser: Browser) {
    this.folder = folder
    this.server = server
    this.browser = browser
  }

  static async start(kind: 'gallery' | 'page'): Promise<Site> {
    const folder = await mkdtemp(join(tmpdir(), `skerry-${kind}-`))
    const [browser] = await Promise.all([
      launchBrowser(),
      kind === 'gallery' ? buildGallery(folder) : buildPage(folder),
    ])
    return new Site(folder, await PageServer.start(folder), browser)
  }

  /** Opens a page of its own: nothing is shared with another. */
  async open(path = '/', options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({
      locale: 'en-GB',
      timezoneId: 'UTC',
      viewport: { width: 1280, height: 860 },
      ...options,
      baseURL: this.server.origin,
    })
    const page = await context.newPage()
    await page.goto(path)
    return page
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser.close()
    await this.server[Symbol.asyncDispose]()
    await rm(this.folder, { recursive: true, force: true })
  }
}

/** Opens the gallery, ready to show states. */
export async function openGallery(site: Site, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await site.open('/', options)
  await page.locator('html[data-is-ready]').waitFor()
  return page
}

export async function show(page: Page, state: StateName): Promise<void> {
  await page.evaluate(async (name: StateName) => globalThis.gallery.show(name), state)
}
