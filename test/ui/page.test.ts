import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { app, frontier, LINK, MB, receive, save, send, unfinished } from './gallery/samples.ts'
import { draw, openPage, say, Site } from './site.ts'

const fragment = new URL(LINK).hash.slice(1)

let site: Site

beforeAll(async () => {
  site = await Site.start('page')
})
afterAll(() => site[Symbol.asyncDispose]())

/** Whether the browser would ask before it leaves. */
async function isGuarded(page: Page): Promise<boolean> {
  return page.evaluate(() => !dispatchEvent(new Event('beforeunload', { cancelable: true })))
}

/** What the page asked, in order. */
async function heardTypes(page: Page): Promise<unknown[]> {
  // It goes through two ports: what was asked before this has arrived once its answer is here.
  await page.evaluate(async () => {
    const port = new BroadcastChannel('skerry test')
    const echo = new Promise((resolve) => port.addEventListener('message', resolve, { once: true }))
    port.postMessage({ echo: true })
    await echo
  })
  const heard = await page.evaluate(() => globalThis.heard)
  return heard.map(({ type }) => type)
}

/** Runs in the page: its worker hands it a kept file, and what the browser is asked about it is noted. */
async function giveHandle(shareId: string): Promise<void> {
  const root = await navigator.storage.getDirectory()
  const handle = await root.getFileHandle('kept.txt', { create: true })
  FileSystemHandle.prototype.requestPermission = async ({ mode }) => {
    globalThis.heard.push({ type: 'asks', mode, isClick: navigator.userActivation.isActive })
    return 'granted'
  }
  const port = new BroadcastChannel('skerry test')
  port.postMessage({ say: { type: 'handles', shareId, handles: [handle] } })
}

/** Runs in the page before its scripts: a screen that is granted when the test says so. */
function fakeScreen(): void {
  globalThis.screenLocks = []
  Object.defineProperty(navigator, 'wakeLock', {
    value: {
      request: async () => {
        const lock = { released: true, release: async () => void (lock.released = true) }
        await new Promise<void>((resolve) => globalThis.screenLocks.push({ lock, grant: resolve }))
        lock.released = false
        return lock
      },
    },
  })
}

declare global {
  var screenLocks: { lock: { released: boolean }; grant: () => void }[]
}

/** Whether each lock that was asked for so far is held. */
async function heldLocks(page: Page): Promise<boolean[]> {
  return page.evaluate(() => globalThis.screenLocks.map(({ lock }) => !lock.released))
}

async function grantLock(page: Page): Promise<void> {
  await page.evaluate(() => globalThis.screenLocks.at(-1)?.grant())
}

describe('the page around its worker', () => {
  it('keeps the screen on while something runs, and no longer', async () => {
    const page = await openPage(site, '/', async (opened) => {
      await opened.addInitScript(fakeScreen)
    })
    const running = app({ sends: [send()] })
    await draw(page, running)
    await grantLock(page)
    await draw(page, app({ sends: [send({ phase: 'stored', canClose: true })] }))
    await expect.poll(() => heldLocks(page)).toEqual([false])
    await draw(page, running)
    await draw(page, app({ sends: [send({ phase: 'paused' })] }))
    // Granted when it is not wanted any more.
    await grantLock(page)
    await expect.poll(() => heldLocks(page)).toEqual([false, false])
    await draw(page, app({ receive: receive({ saves: [save()] }) }))
    await grantLock(page)
    expect(await heldLocks(page)).toEqual([false, false, true])
    await say(page, { type: 'crashed', message: 'It stopped.' })
    await expect.poll(() => heldLocks(page)).toEqual([false, false, false])
  })

  it('asks before it is left exactly while that would lose something', async () => {
    const page = await openPage(site)
    const stored = send({ phase: 'stored', canClose: true })
    const states = [
      [app(), false],
      [app({ sends: [send({ phase: 'preparing' })] }), true],
      [app({ sends: [send()] }), true],
      [app({ sends: [send({ phase: 'paused' })] }), true],
      [app({ sends: [stored] }), false],
      [app({ sends: [stored, send({ shareId: 'b'.repeat(40) })] }), true],
      [app({ sends: [send({ phase: 'deleting' })] }), true],
      [app({ sends: [send({ phase: 'stopped' })] }), false],
      [app({ sends: [send({ phase: 'undeleted' })] }), false],
      [app({ sends: [send({ phase: 'failed' })] }), false],
      [app({ receive: receive({ saves: [save()] }) }), true],
      [app({ receive: receive({ saves: [save({ phase: 'waiting' })] }) }), true],
      [app({ receive: receive({ saves: [save({ phase: 'done' })] }) }), false],
    ] as const
    const guarded: boolean[] = []
    for (const [snapshot] of states) {
      await draw(page, snapshot)
      guarded.push(await isGuarded(page))
    }
    expect(guarded).toEqual(states.map(([, isExpected]) => isExpected))
  })

  it('has the browser ask, within the click, whether kept files may be read', async () => {
    const page = await openPage(site)
    const share = unfinished({ hasFiles: true })
    await page.evaluate(giveHandle, share.shareId)
    await draw(page, app({ unfinished: [share] }))
    await page.getByRole('button', { name: 'Go on' }).click()
    await page.waitForFunction(() => globalThis.heard.some(({ type }) => type === 'resume'))
    const heard = await page.evaluate(() => globalThis.heard)
    expect(heard.filter(({ type }) => type === 'asks' || type === 'resume')).toEqual([
      { type: 'asks', mode: 'read', isClick: true },
      { type: 'resume', shareId: share.shareId },
    ])
  })

  it('says in the tab how far it is, and never a name', async () => {
    const page = await openPage(site)
    const titles: string[] = [await page.title()]
    const states = [
      app({ sends: [send({ frontier: frontier(100 * MB, [0.9, 0.8, 0.479]) })] }),
      app({ sends: [send({ phase: 'paused' })] }),
      app({ sends: [send({ phase: 'stored', canClose: true })] }),
      app({ sends: [send({ phase: 'failed' })] }),
      app({ sends: [send({ phase: 'deleting' })] }),
      app({ receive: receive({ saves: [save({ phase: 'starting', totalBytes: 0 })] }) }),
      app({ receive: receive({ saves: [save({ checkedBytes: 28, totalBytes: 100 })] }) }),
      app({ receive: receive({ saves: [save({ phase: 'done' })] }) }),
      app({ receive: receive() }),
    ]
    for (const snapshot of states) {
      await draw(page, snapshot)
      titles.push(await page.title())
    }
    expect(titles).toEqual([
      'Skerry',
      '47 % safe · Skerry',
      'Paused at 47 % · Skerry',
      'Stored · Skerry',
      'Not sent · Skerry',
      'Deleting · Skerry',
      'Starting · Skerry',
      '28 % · Skerry',
      'Saved · Skerry',
      'Skerry',
    ])
  })

  it.each(['crashed', 'breaks'] as const)('says what is safe when its worker %s', async (way) => {
    const page = await openPage(site)
    await draw(page, app({ sends: [send()] }))
    await say(page, way === 'breaks' ? way : { type: 'crashed', message: 'It stopped.' })
    const note = page.getByRole('alert')
    await expect.poll(() => note.textContent()).toContain('What the seeds have stored is safe.')
    expect(await page.getByLabel('Link to share').inputValue()).toBe(LINK)
    expect(await isGuarded(page)).toBe(false)
    expect(await page.title()).toBe('Stopped · Skerry')
  })

  it('ends a worker that crashed, and draws nothing more of what it says', async () => {
    const page = await openPage(site)
    await draw(page, app())
    const [worker] = page.workers()
    const isOver = worker?.waitForEvent('close')
    await page.evaluate(
      (said) => {
        const port = new BroadcastChannel('skerry test')
        for (const message of said) port.postMessage({ say: message })
      },
      [
        { type: 'crashed', message: 'It stopped.' },
        { type: 'snapshot', snapshot: app({ sends: [send()] }) },
      ],
    )
    await isOver
    expect(await isGuarded(page)).toBe(false)
    expect(await page.title()).toBe('Stopped · Skerry')
  })

  it('hands the fragment to the worker', async () => {
    const page = await openPage(site, `/#${fragment}`)
    await expect.poll(async () => (await heardTypes(page)).slice(0, 2)).toEqual(['start', 'open'])
    const heard = await page.evaluate(() => globalThis.heard)
    expect(heard.find(({ type }) => type === 'open')).toEqual({ type: 'open', fragment })
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('Looking for')
  })

  it('makes a place for chunks at the first save, before it, and only then', async () => {
    const page = await openPage(site, `/#${fragment}`)
    await draw(page, app({ receive: receive() }))
    const button = page.getByRole('button', { name: 'Save the file' })
    await button.click()
    await button.click()
    const types = ['start', 'open', 'attended', 'chunk-store', 'save', 'save']
    await expect.poll(() => heardTypes(page)).toEqual(types)
  })

  it('repairs a link whose # a program made %23', async () => {
    const page = await openPage(site, `/%23${fragment}`)
    expect(page.url()).toBe(`${site.server.origin}/#${fragment}`)
    const heard = (): Promise<unknown[]> => page.evaluate(() => globalThis.heard)
    await expect.poll(heard).toContainEqual({ type: 'open', fragment })
  })

  it('takes up another link in the same tab', async () => {
    const page = await openPage(site)
    await page.evaluate((text) => (location.hash = text), fragment)
    await page.waitForFunction(() => globalThis.heard?.some(({ type }) => type === 'open') ?? false)
    await page.getByRole('heading', { name: 'Looking for these files' }).waitFor()
    expect(await page.getByText('Drop files or folders here').count()).toBe(0)
  })

  it('saves through the service worker, as an attachment of the exact length', async () => {
    const page = await openPage(site, `/#${fragment}`)
    const started = page.waitForEvent('download')
    await say(page, { type: 'save-ready', saveId: 'save-1', name: 'a "b" ü.txt', bytes: 3 })
    const download = await started
    expect(await readFile(await download.path(), 'utf8')).toBe('SKY')
    expect(download.suggestedFilename()).toBe('a _b_ ü.txt')
    expect(page.url()).toBe(`${site.server.origin}/#${fragment}`)
  })

  it('says at a save that its service worker does not come, or comes not at all', async () => {
    for (const before of [() => new Promise<void>(() => {}), () => Promise.reject(new Error())]) {
      site.server.before = (path) => (path === '/sw.js' ? before() : Promise.resolve())
      const page = await openPage(site, `/#${fragment}`)
      await say(page, { type: 'save-ready', saveId: 'save-1', name: 'a.txt', bytes: 3 })
      const fault = { type: 'download-fault', saveId: 'save-1', fault: 'unloaded' }
      await expect.poll(() => page.evaluate(() => globalThis.heard)).toContainEqual(fault)
      await page.context().close()
    }
    site.server.before = () => Promise.resolve()
  })

  it('begins no download that the person stopped while its service worker was waited for', async () => {
    const held = Promise.withResolvers<void>()
    site.server.before = (path) => (path === '/sw.js' ? held.promise : Promise.resolve())
    const page = await openPage(site, `/#${fragment}`)
    await draw(page, app({ receive: receive({ saves: [save({ saveId: 'save-1' })] }) }))
    await say(page, { type: 'save-ready', saveId: 'save-1', name: 'a.txt', bytes: 3 })
    await page.getByRole('button', { name: 'Stop' }).click()
    held.resolve()
    site.server.before = () => Promise.resolve()
    const started = page.waitForEvent('download')
    await say(page, { type: 'save-ready', saveId: 'save-2', name: 'b.txt', bytes: 3 })
    expect((await started).suggestedFilename()).toBe('b.txt')
    const types = await heardTypes(page)
    expect(types.filter((type) => type === 'save-port')).toHaveLength(1)
  })

  it('takes a service worker that is late for one that did not load, and not for a private window', async () => {
    const page = await openPage(site, `/#${fragment}`, async (blank) => {
      await blank.addInitScript(() => {
        Object.defineProperty(ServiceWorkerContainer.prototype, 'ready', {
          value: new Promise(() => {}),
        })
      })
    })
    await say(page, { type: 'save-ready', saveId: 'save-1', name: 'a.txt', bytes: 3 })
    const fault = { type: 'download-fault', saveId: 'save-1', fault: 'unloaded' }
    await expect.poll(() => page.evaluate(() => globalThis.heard)).toContainEqual(fault)
  })

  it('asks for its service worker anew at the next save', async () => {
    site.server.before = (path) =>
      path === '/sw.js' ? Promise.reject(new Error('As the test wants.')) : Promise.resolve()
    const page = await openPage(site, `/#${fragment}`)
    const ready = { type: 'save-ready', name: 'a.txt', bytes: 3 } as const
    await say(page, { ...ready, saveId: 'save-1' })
    const heard = (): Promise<unknown[]> => page.evaluate(() => globalThis.heard)
    await expect.poll(heard).toContainEqual(expect.objectContaining({ type: 'download-fault' }))
    site.server.before = () => Promise.resolve()
    const started = page.waitForEvent('download')
    await say(page, { ...ready, saveId: 'save-2' })
    expect(await readFile(await (await started).path(), 'utf8')).toBe('SKY')
  })

  it('says at a save that an address with http:// is why it cannot stream', async () => {
    const page = await openPage(site, `http://plain.test/#${fragment}`, async (blank) => {
      await blank.context().route('http://plain.test/**', async (route) => {
        const { pathname } = new URL(route.request().url())
        await route.fulfill({
          response: await route.fetch({ url: `${site.server.origin}${pathname}` }),
        })
      })
    })
    await say(page, { type: 'save-ready', saveId: 'save-1', name: 'a.txt', bytes: 3 })
    const fault = { type: 'download-fault', saveId: 'save-1', fault: 'insecure' }
    await expect.poll(() => page.evaluate(() => globalThis.heard)).toContainEqual(fault)
  })

  it('loads only the half of the page that is needed', async () => {
    const before = site.server.asked.length
    const page = await openPage(site)
    await page.getByText('Drop files or folders here').waitFor()
    const asked = site.server.asked.slice(before)
    expect(asked.filter((path) => path.includes('send-view'))).toHaveLength(1)
    expect(asked.filter((path) => path.includes('receive-view'))).toEqual([])
  })
})
