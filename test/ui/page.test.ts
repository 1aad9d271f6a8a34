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

  it('keeps the screen on again once it is seen again: browsers let go of it with every page that is hidden', async () => {
    const page = await openPage(site, '/', async (opened) => {
      await opened.addInitScript(fakeScreen)
    })
    await draw(page, app({ sends: [send()] }))
    await grantLock(page)
    for (const state of ['hidden', 'visible']) {
      await page.evaluate((visibilityState) => {
        const [{ lock } = { lock: { released: true } }] = globalThis.screenLocks
        lock.released = true
        Object.defineProperty(document, 'visibilityState', {
          value: visibilityState,
          configurable: true,
        })
        document.dispatchEvent(new Event('visibilitychange'))
      }, state)
      // What is hidden asks for none.
      expect(await heldLocks(page)).toEqual(state === 'hidden' ? [false] : [false, false])
    }
    await grantLock(page)
    await expect.poll(() => heldLocks(page)).toEqual([false, true])
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

  it('loads only the half of the page that is needed', async () => {
    const before = site.server.asked.length
    const page = await openPage(site)
    await page.getByText('Drop files or folders here').waitFor()
    const asked = site.server.asked.slice(before)
    expect(asked.filter((path) => path.includes('send-view'))).toHaveLength(1)
    expect(asked.filter((path) => path.includes('receive-view'))).toEqual([])
  })
})
