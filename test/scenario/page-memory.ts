import type { Browser } from 'playwright'
import { MemoryWatch } from './memory.ts'

/** No page may grow by more, whatever the size of a share. */
export const PAGE_GROWTH_BYTES_MAX = 150e6

/**
 * How much the pages of a browser grow from now on: the processes that it says show pages, with their workers in
 * them, as the kernel counts their peak. Linux only.
 *
 * Too high by what Chromium keeps for whoever watches the network, as Playwright does: up to 100 MB of bodies in the
 * page's process.
 */
export class PageMemory {
  readonly #watches: readonly MemoryWatch[]

  private constructor(watches: readonly MemoryWatch[]) {
    this.#watches = watches
  }

  static async start(browser: Browser): Promise<PageMemory> {
    const session = await browser.newBrowserCDPSession()
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
