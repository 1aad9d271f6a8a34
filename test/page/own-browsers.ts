import type { Browser } from 'playwright'
import { launchBrowser } from '../browser.ts'
import { visitorOptions } from './page-world.ts'
import { Tab } from './tab.ts'

/** People who share nothing: each has a browser, so processes and a profile, of their own. */
export class OwnBrowsers implements AsyncDisposable {
  readonly #browsers: readonly Browser[]

  private constructor(browsers: readonly Browser[]) {
    this.#browsers = browsers
  }

  static async start(count: number): Promise<OwnBrowsers> {
    const browsers: Browser[] = []
    while (browsers.length < count) browsers.push(await launchBrowser())
    return new OwnBrowsers(browsers)
  }

  /** The first so many open the same address, with a profile that is new each time. */
  async visit(url: string, count: number): Promise<Tab[]> {
    const open = async (browser: Browser): Promise<Tab> =>
      Tab.open(await browser.newContext(visitorOptions), url)
    return Promise.all(this.#browsers.slice(0, count).map((browser) => open(browser)))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#browsers.map((browser) => browser.close()))
  }
}
