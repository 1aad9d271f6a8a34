import type { SwarmSnapshot } from '../../client/worker/swarm-snapshot.ts'
import { dropFiles } from '../drop-files.ts'
import type { BrowserContext, Download, Locator, Page } from 'playwright'
import { openFolderPicker } from './folder-picker.ts'
import { pauseUpload } from './pause-upload.ts'

const SAVE = /^Save (the file|all)/
const STORED = /you can close this page/i
/** Below what a test may take, so that what is missing is named. */
const LONG_MS = 45_000

/** What a sender sets on the form; the rest stays as it came. */
export type FormChoice = Readonly<{
  password?: string
  copies?: '1' | '2' | '3'
  people?: 'relayed' | 'forbidden'
}>

/** And when it is paused: once so many of its bytes are on a seed, and before there are many more. */
type SendChoice = FormChoice & Readonly<{ pauseAt?: number }>

declare global {
  var madeConnections: number
}

/** One tab, as a person uses it. */
export class Tab implements AsyncDisposable {
  readonly page: Page
  /** What went wrong that nobody asked for: errors in the page, and what its policy refused. */
  readonly complaints: string[] = []

  private constructor(page: Page) {
    this.page = page
    page.setDefaultTimeout(LONG_MS)
    page.on('pageerror', (error) => this.complaints.push(error.message))
    page.on('console', (message) => {
      const text = message.text()
      const isPolicy = /Content Security Policy|Trusted ?Type/i.test(text)
      // Seeds that are down are no mistake of the page.
      const isError = message.type() === 'error' && !/net::ERR_|Failed to load resource/.test(text)
      if (isPolicy || isError) this.complaints.push(text)
    })
  }

  static async open(context: BrowserContext, url: string): Promise<Tab> {
    const tab = new Tab(await context.newPage())
    await tab.page.addInitScript(countConnections)
    await tab.page.goto(url)
    return tab
  }

  /** Another tab of the same browser. */
  another(url: string): Promise<Tab> {
    return Tab.open(this.page.context(), url)
  }

  /** Picks files, or one folder, as the person would. */
  async choose(
    paths: string | readonly string[],
    kind: 'files' | 'folder' = 'files',
  ): Promise<void> {
    const input = this.page.locator(`drop-zone input#${kind}`)
    await input.setInputFiles(typeof paths === 'string' ? paths : [...paths])
    await this.page.locator('send-form').waitFor()
  }

  /** Drops files and folders on the page, as the person would. */
  async drop(...paths: readonly string[]): Promise<void> {
    await dropFiles(this.page, paths)
    await this.page.locator('send-form').waitFor()
  }

  /** Sends what is chosen. @returns The link, as soon as it is shown. */
  async send({ pauseAt, ...choice }: SendChoice = {}): Promise<string> {
    const { password, copies, people } = choice
    const form = this.page.locator('send-form')
    const before = await this.page.locator('send-card').count()
    if (Object.keys(choice).length > 0) await form.locator('summary').click()
    if (password !== undefined) await form.locator('input#password').fill(password)
    if (copies !== undefined) await form.locator('select#copies').selectOption(copies)
    if (people !== undefined) await form.locator('select#peers').selectOption(people)
    const begin = async (): Promise<void> => {
      await form.getByRole('button', { name: 'Encrypt and send' }).click()
      await this.page.locator('send-card').nth(before).waitFor()
    }
    await (pauseAt === undefined ? begin() : pauseUpload(this.page, pauseAt, begin))
    return this.link()
  }

  /** Of the share that was sent last. */
  link(): Promise<string> {
    return this.page.getByLabel('Link to share').first().inputValue()
  }

  /** Waits until the page says that it may be closed. */
  async untilStored(timeout = LONG_MS): Promise<void> {
    await this.page.locator('send-card').first().getByText(STORED).first().waitFor({ timeout })
  }

  async chooseAndSend(paths: string | readonly string[], choice?: SendChoice): Promise<string> {
    await this.choose(paths)
    return this.send(choice)
  }

  /** Presses the button that saves everything, or another one. */
  async startSave(button = this.page.getByRole('button', { name: SAVE })): Promise<Download> {
    // A slow browser starts what hands files to it later than it shows the share.
    await this.page.evaluate(async () => void (await navigator.serviceWorker.ready))
    const started = this.page.waitForEvent('download')
    await button.first().click()
    return started
  }

  /** @returns Where the whole file is. */
  async save(button?: Locator): Promise<{ name: string; path: string }> {
    const download = await this.startSave(button)
    return { name: download.suggestedFilename(), path: await download.path() }
  }

  /** Saves everything into a folder of the browser's own. */
  async saveIntoFolder(name: string): Promise<void> {
    const choose = await openFolderPicker(this.page)
    await choose(name)
  }

  /** Waits until the worker has begun all that was asked before, and has told how things stand since. */
  async untilHeard(): Promise<void> {
    const before = await this.page.evaluateHandle(() => {
      const app = document.querySelector('skerry-app')
      const message = { type: 'challenge', shareId: app?.snapshot?.receive?.shareId }
      app?.dispatchEvent(Object.assign(new Event('ask-worker'), { message }))
      return app?.snapshot
    })
    await this.page.waitForFunction(
      (old) => document.querySelector('skerry-app')?.snapshot !== old,
      before,
    )
  }

  /** What is in such a folder: texts by path, empty for an empty folder. */
  async readFolder(name: string): Promise<[string, string][]> {
    return this.page.evaluate(async (folder) => {
      const found: [string, string][] = []
      const walk = async (directory: FileSystemDirectoryHandle, path: string): Promise<void> => {
        let count = 0
        for await (const handle of directory.values()) {
          count += 1
          if (handle instanceof FileSystemDirectoryHandle)
            await walk(handle, `${path}${handle.name}/`)
          if (handle instanceof FileSystemFileHandle)
            found.push([`${path}${handle.name}`, await (await handle.getFile()).text()])
        }
        if (count === 0) found.push([path, ''])
      }
      const root = await navigator.storage.getDirectory()
      await walk(await root.getDirectoryHandle(folder), '')
      return found
    }, name)
  }

  /** All that lies at the top of the browser's own folder. */
  async folderNames(): Promise<string[]> {
    return this.page.evaluate(async () => {
      const names: string[] = []
      for await (const name of (await navigator.storage.getDirectory()).keys()) names.push(name)
      return names
    })
  }

  /** Waits until so many bytes of the share sent last are on a seed. */
  async untilSent(bytes: number): Promise<void> {
    await this.page.waitForFunction((wanted) => {
      const send = document.querySelector('skerry-app')?.snapshot?.sends.at(-1)
      return (send?.frontier.onceBytes ?? 0) >= wanted
    }, bytes)
  }

  /** Waits until so many bytes are checked and handed to the browser. */
  async untilSaved(bytes: number): Promise<void> {
    await this.page.waitForFunction((wanted) => {
      const saves = document.querySelector('skerry-app')?.snapshot?.receive?.saves ?? []
      return saves.some(({ checkedBytes }) => checkedBytes >= wanted)
    }, bytes)
  }

  /** Waits until so many saves are whole. */
  async untilSavesDone(count: number): Promise<void> {
    await this.page.waitForFunction((wanted) => {
      const saves = document.querySelector('skerry-app')?.snapshot?.receive?.saves ?? []
      return saves.filter(({ phase }) => phase === 'done').length >= wanted
    }, count)
  }

  async continue(): Promise<void> {
    await this.page.getByRole('button', { name: 'Continue' }).click()
  }

  async reload(): Promise<void> {
    await this.page.reload()
  }

  /** Says whether others may help, in answer to the question or anew. */
  async answer(words: 'Yes' | 'Yes, through a relay' | 'No, seeds only'): Promise<void> {
    const change = this.page.getByRole('button', { name: 'Change' })
    const button = this.page.getByRole('button', { name: words, exact: true })
    await change.or(button).first().waitFor()
    if (!(await button.isVisible())) await change.click()
    await button.click()
  }

  /** What the page knows of others with the link that it was opened with. */
  async swarm(): Promise<SwarmSnapshot | undefined> {
    return this.page.evaluate(() => document.querySelector('skerry-app')?.snapshot?.receive?.swarm)
  }

  async untilPeers(count: number): Promise<void> {
    await this.page.waitForFunction((wanted) => {
      const { receive } = document.querySelector('skerry-app')?.snapshot ?? {}
      return receive?.swarm?.peerCount === wanted
    }, count)
  }

  /** How many WebRTC connections the page made since it was loaded. */
  async madeConnections(): Promise<number> {
    return this.page.evaluate(() => globalThis.madeConnections)
  }

  /** Ends the process that shows the page. */
  async crash(): Promise<void> {
    const crashed = this.page.waitForEvent('crash')
    const session = await this.page.context().newCDPSession(this.page)
    // It cannot answer any more.
    session.send('Page.crash').catch(() => undefined)
    await crashed
  }

  /** Goes on with the first unfinished share, with the same files or the same folder. */
  async resume(path: string, password?: string): Promise<void> {
    const card = this.page.locator('unfinished-card').first()
    if (password !== undefined) await card.getByLabel('Its password').fill(password)
    await card.locator('input#files').setInputFiles(path)
    await this.page.locator('send-card').first().waitFor()
  }

  /** What this browser gives the page to keep things in. */
  async limitStorage(quotaSize: number): Promise<void> {
    const session = await this.page.context().newCDPSession(this.page)
    const { origin } = new URL(this.page.url())
    await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize })
  }

  /** How many sealed chunks the browser keeps, of all shares. */
  async keptChunks(): Promise<number> {
    return this.page.evaluate(async () => {
      const root = await navigator.storage.getDirectory()
      const folder = await root.getDirectoryHandle('chunks', { create: true })
      let chunks = 0
      for await (const handle of folder.values()) {
        if (!(handle instanceof FileSystemFileHandle) || !handle.name.endsWith('.map')) continue
        chunks += (await handle.getFile()).size / 8
      }
      return chunks
    })
  }

  /** Waits until the page shows these words. */
  async untilSaid(words: string | RegExp, timeout = LONG_MS): Promise<void> {
    await this.page.getByText(words).first().waitFor({ timeout })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.context().close()
  }
}

/** Runs in the page before its scripts. */
function countConnections(): void {
  globalThis.madeConnections = 0
  const Real = globalThis.RTCPeerConnection
  globalThis.RTCPeerConnection = class extends Real {
    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      globalThis.madeConnections += 1
    }
  }
}
