import type { Browser, BrowserContextOptions, Page } from 'playwright'
import { launchBrowser } from '../browser.ts'
import { builtSite } from './build-site.ts'
import type { WorkerMessage } from '../../client/worker/messages.ts'
import type { AppSnapshot } from '../../client/worker/snapshot.ts'
import type { StateName } from './gallery/states.ts'
import type { StageMessage } from './shell/scripted-worker.ts'
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
    const [browser, folder] = await Promise.all([launchBrowser(), builtSite(kind)])
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
  }
}

/** Opens the gallery, ready to show states. */
export async function openGallery(site: Site, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await site.open('/', options)
  await page.locator('html[data-is-ready]').waitFor()
  return page
}

/** What the gallery's page asked of the worker since the state was shown; files are left out. */
export async function asked(page: Page): Promise<unknown[]> {
  return page.evaluate(() => globalThis.gallery.asked)
}

/** The paths of the files that the worker was given last. */
export async function givenPaths(page: Page): Promise<string[] | undefined> {
  return page.evaluate(() => {
    const message = globalThis.gallery.asked.at(-1)
    return message !== undefined && 'files' in message
      ? message.files.map(({ path }) => path)
      : undefined
  })
}

export async function show(page: Page, state: StateName): Promise<void> {
  await page.evaluate(async (name: StateName) => globalThis.gallery.show(name), state)
}

/**
 * Opens the real page and waits until its worker, which says what the test tells it to, is listening.
 *
 * @param before - Done with the page before it is there.
 */
export async function openPage(
  site: Site,
  path = '/',
  before = (_page: Page): Promise<void> => Promise.resolve(),
): Promise<Page> {
  const page = await site.open('about:blank')
  await before(page)
  await page.addInitScript(listen)
  await page.goto(new URL(path, site.server.origin).href)
  await page.waitForFunction(() => globalThis.heard.some(({ type }) => type === 'start'))
  return page
}

/** Has the worker say something. */
export async function say(page: Page, message: WorkerMessage | 'breaks'): Promise<void> {
  const told: StageMessage = message === 'breaks' ? { breaks: true } : { say: message }
  await page.evaluate((data) => {
    const port = new BroadcastChannel('skerry test')
    port.postMessage(data)
  }, told)
}

/** Has the worker tell how things stand, and waits until the page has drawn it. */
export async function draw(page: Page, snapshot: AppSnapshot): Promise<void> {
  const before = await page.evaluateHandle(() => document.querySelector('skerry-app')?.snapshot)
  await say(page, { type: 'entries', entries: snapshot.receive?.entries ?? [] })
  await say(page, { type: 'snapshot', snapshot })
  await page.waitForFunction(
    (old) => document.querySelector('skerry-app')?.snapshot !== old,
    before,
  )
}

declare global {
  /** What the page asked of its worker. */
  var heard: Record<string, unknown>[]
}

/** Runs in the page before its scripts. */
function listen(): void {
  globalThis.heard = []
  const port = new BroadcastChannel('skerry test')
  port.addEventListener('message', ({ data }: MessageEvent<StageMessage>) => {
    if ('heard' in data) globalThis.heard.push(data.heard)
  })
}
