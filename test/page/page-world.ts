import type { Browser, BrowserContextOptions } from 'playwright'
import { launchBrowser } from '../browser.ts'
import { type NetworkOptions, TestNetwork } from '../e2e/network.ts'
import { writeRandomFile } from '../scenario/files.ts'
import { builtPage } from './built-page.ts'
import { Tab } from './tab.ts'

/** What moves on the page is drawn in software here, at every frame. */
export const visitorOptions = { acceptDownloads: true, reducedMotion: 'reduce' } as const

/** A whole network with its page, and a browser to open it in. */
export class PageWorld implements AsyncDisposable {
  readonly network: TestNetwork
  readonly browser: Browser

  private constructor(network: TestNetwork, browser: Browser) {
    this.network = network
    this.browser = browser
  }

  /** @param args - More of `skerry up`. */
  static start(...args: readonly string[]): Promise<PageWorld> {
    return PageWorld.startWith({ args })
  }

  static async startWith(options: NetworkOptions): Promise<PageWorld> {
    await builtPage()
    const [network, browser] = await Promise.all([TestNetwork.startWith(options), launchBrowser()])
    return new PageWorld(network, browser)
  }

  /** A visitor with a browser of their own: nothing is shared with another. */
  async visit(url = this.network.url, options: BrowserContextOptions = {}): Promise<Tab> {
    const context = await this.browser.newContext({ ...visitorOptions, ...options })
    return Tab.open(context, url)
  }

  /** A file of random bytes that a page has stored. */
  async store(bytes: number, name = 'large.bin'): Promise<{ path: string; link: string }> {
    const path = this.path('in', name)
    await writeRandomFile(path, bytes)
    await using sender = await this.visit()
    const link = await sender.chooseAndSend(path)
    await sender.untilStored()
    return { path, link }
  }

  path(...names: readonly string[]): string {
    return this.network.path(...names)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser.close()
    await this.network[Symbol.asyncDispose]()
  }
}
