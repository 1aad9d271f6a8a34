import type { Browser } from 'puppeteer-core'
import { MemoryWatch } from './memory.ts'

/** No page may grow by more, whatever the size of a share. */
export const PAGE_GROWTH_BYTES_MAX = 150e6

/**
 * How much the pages of a browser grow from now on: the processes that it says show pages, with their workers in
 * them, as the kernel counts their peak. Linux only. Whoever watches the network of a page, as most tools do, makes
 * its process hold up to 100 MB of what it fetched, so nobody may.
 */
export class PageMemory {
  readonly #watches: readonly MemoryWatch[]

  private constructor(watches: readonly MemoryWatch[]) {
    this.#watches = watches
  }

  static async start(browser: Browser): Promise<PageMemory> {
    const session = await browser.target().createCDPSession()
    const { processInfo } = await session.send('SystemInfo.getProcessInfo')
    await session.detach()
    const pages = processInfo.filter(({ type }) => type === 'renderer')
    if (pages.length === 0) throw new Error('no process that shows a page')
    return new PageMemory(await Promise.all(pages.map(({ id }) => MemoryWatch.start(id))))
  }

  /** Of the one that grew most, in bytes. A page that is gone since then counts no more. */
  async grownBytes(): Promise<number> {
    const grown = this.#watches.map((watch) => watch.grownBytes().catch(() => 0))
    return Math.max(...(await Promise.all(grown)))
  }
}
