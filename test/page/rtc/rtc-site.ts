import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright'
import { build } from 'vite'
import type { IceServer } from '../../../protocol/http/signal-json.ts'
import { launchBrowser } from '../../browser.ts'
import { asInProduction } from '../../built-once.ts'
import { PageServer } from '../../ui/page-server.ts'
import type { LabAnswer, LabAsk } from './lab-messages.ts'

/** Pages that have WebRTC as ours has it, under the headers of ours. */
export class RtcSite implements AsyncDisposable {
  readonly #folder: string
  readonly #server: PageServer
  readonly #browser: Browser

  private constructor(folder: string, server: PageServer, browser: Browser) {
    this.#folder = folder
    this.#server = server
    this.#browser = browser
  }

  static async start(): Promise<RtcSite> {
    const folder = await mkdtemp(join(tmpdir(), 'skerry-rtc-'))
    const [browser] = await Promise.all([launchBrowser(), buildLab(folder)])
    return new RtcSite(folder, await PageServer.start(folder), browser)
  }

  /** A page in a profile of its own. @param watch - Runs in it before its scripts. */
  async open(watch: () => void = () => undefined): Promise<RtcTab> {
    return this.#load(await this.#browser.newContext(), watch)
  }

  /** A page in a browser that does not reach the site: what it asks for is handed to it. */
  async openIn(browser: Browser): Promise<RtcTab> {
    const context = await browser.newContext()
    await context.route(`${this.#server.origin}/**`, async (route) => {
      const answer = await fetch(route.request().url())
      const { status, headers } = answer
      const body = Buffer.from(await answer.arrayBuffer())
      await route.fulfill({ status, headers: Object.fromEntries(headers), body })
    })
    return this.#load(context)
  }

  async #load(context: BrowserContext, watch: () => void = () => undefined): Promise<RtcTab> {
    const page = await context.newPage()
    await page.addInitScript(watch)
    const tab = new RtcTab(page)
    await page.goto(this.#server.origin)
    await page.waitForFunction(() => 'lab' in globalThis)
    return tab
  }

  /** Every script that the pages asked for. */
  get scripts(): string[] {
    return this.#server.asked.filter((url) => url.endsWith('.js'))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close()
    await this.#server[Symbol.asyncDispose]()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

export class RtcTab {
  readonly page: Page
  /** What the browser complained about: a refused script, an error that nobody caught. */
  readonly complaints: string[] = []

  constructor(page: Page) {
    this.page = page
    page.on('console', (message) => {
      const isIcon = message.location().url.endsWith('/favicon.ico')
      if (message.type() === 'error' && !isIcon) this.complaints.push(message.text())
    })
    page.on('pageerror', ({ message }) => this.complaints.push(message))
  }

  async ask(ask: LabAsk): Promise<LabAnswer> {
    return this.page.evaluate(async (said) => globalThis.lab(said), ask)
  }

  async report(): Promise<LabAnswer> {
    return this.ask({ type: 'report' })
  }

  async connect(
    connection: string,
    isInitiator: boolean,
    iceServers: readonly IceServer[] = [],
  ): Promise<void> {
    const rest = { iceServers, isRelayOnly: false }
    const command = { type: 'connect', connection, isInitiator, ...rest } as const
    await this.ask({ type: 'command', command })
  }

  async close(connection: string): Promise<void> {
    await this.ask({ type: 'command', command: { type: 'close', connection } })
  }

  async hear(connection: string, text: string): Promise<void> {
    await this.ask({ type: 'command', command: { type: 'signal', connection, text } })
  }

  /** Says each of the page's signals, in order. */
  async onSignal(take: (text: string) => Promise<void> | void): Promise<void> {
    let turn = Promise.resolve()
    await this.page.exposeFunction('signalled', (text: string) => {
      turn = turn.then(() => take(text))
    })
  }
}

/** Two pages with one open connection. */
export async function joinTabs(
  a: RtcTab,
  b: RtcTab,
  connection: string,
  iceServers: readonly IceServer[] = [],
): Promise<void> {
  await a.onSignal((text) => b.hear(connection, text))
  await b.onSignal((text) => a.hear(connection, text))
  await b.connect(connection, false, iceServers)
  await a.connect(connection, true, iceServers)
}

async function buildLab(outDir: string): Promise<void> {
  await asInProduction(async () => {
    await build({
      root: import.meta.dirname,
      configFile: false,
      logLevel: 'warn',
      build: { outDir, emptyOutDir: true, target: 'es2022', modulePreload: false },
      worker: { format: 'es' },
    })
  })
}
