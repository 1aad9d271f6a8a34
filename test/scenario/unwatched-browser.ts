import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Browser, launch, type Page } from 'puppeteer-core'
import { BROWSER_MISSING, findBrowser } from '../browser.ts'

const POLL_MS = 20

/** Chromium as a person has it: its files are on a disk, and nobody looks at what its pages fetch. */
export class UnwatchedBrowser implements AsyncDisposable {
  readonly browser: Browser
  /** Where saved files come to lie. */
  readonly downloads: string

  private constructor(browser: Browser, downloads: string) {
    this.browser = browser
    this.downloads = downloads
  }

  /**
   * @param folder - For its profile and its downloads.
   * @param args - More of the browser's own.
   */
  static async start(folder: string, args: readonly string[] = []): Promise<UnwatchedBrowser> {
    const executablePath = findBrowser()
    if (executablePath === undefined) throw new Error(BROWSER_MISSING)
    const downloads = join(folder, 'downloads')
    await mkdir(downloads, { recursive: true })
    const browser = await launch({
      executablePath,
      headless: executablePath.endsWith('headless-shell') ? 'shell' : true,
      userDataDir: join(folder, 'profile'),
      networkEnabled: false,
      downloadBehavior: { policy: 'allow', downloadPath: downloads },
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', ...args],
    })
    return new UnwatchedBrowser(browser, downloads)
  }

  async open(url: string, timeoutMs: number): Promise<Page> {
    const page = await this.browser.newPage()
    page.setDefaultTimeout(timeoutMs)
    await page.goto(url)
    return page
  }

  /** @returns Where the file is, once the browser has all of it: until then it goes by another name. */
  async untilDownloaded(name: string): Promise<string> {
    while (!(await readdir(this.downloads)).includes(name)) await sleep(POLL_MS)
    return join(this.downloads, name)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser.close()
  }
}
