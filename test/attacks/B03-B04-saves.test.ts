import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Response } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PageWorld, visitorOptions } from '../page/page-world.ts'
import { sendFromMemory } from '../page/send-from-memory.ts'
import { Tab } from '../page/tab.ts'

/** Whichever way a browser took it, as a page, a picture or a script, it would leave a mark. */
const SCRIPT =
  '<svg xmlns="http://www.w3.org/2000/svg" onload="top.wasHit=1"><script>top.wasHit=1</script></svg>'
const names = ['page.html', 'picture.svg', 'paper.pdf', 'worker.js', 'film.mp4', 'no ending']
const UUID = /^\/save\/[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/
/** A window of our own objects, such as that of a download, opens nothing. */
const SHOWS_SOMETHING =
  /createObjectURL|document\.write|(?<![\w.])(?:window|self|globalThis)\.open|\beval\(/
const DIST = join(import.meta.dirname, '..', '..', 'dist')

declare global {
  /** Made by the page, as it makes each address of a script with it. */
  var heldPolicy: ReturnType<NonNullable<Window['trustedTypes']>['createPolicy']> | undefined
}

let world: PageWorld
let link = ''

beforeAll(async () => {
  world = await PageWorld.start()
  link = await sendFromMemory(world.network.url, { paths: names, text: SCRIPT, type: 'text/html' })
})
afterAll(() => world[Symbol.asyncDispose]())

/** Presses Save and keeps the browser from beginning: the address is left for somebody else. */
async function holdBack({ page }: Tab, name: string): Promise<string> {
  await page.evaluate(() => {
    const held: string[] = []
    Object.assign(globalThis, { held })
    Object.defineProperty(HTMLIFrameElement.prototype, 'src', {
      configurable: true,
      set(path: string) {
        held.push(path)
      },
    })
  })
  await page.getByRole('button', { name: `Save ${name}` }).click()
  const held = await page.waitForFunction(() => {
    const { held: paths } = globalThis as unknown as { held: string[] }
    return paths.at(-1)
  })
  return (await held.jsonValue()) ?? ''
}

async function expectNotHit({ page }: Tab): Promise<void> {
  expect(await page.evaluate(() => Object.hasOwn(globalThis, 'wasHit'))).toBe(false)
}

/** How the page gets it, without taking more of it than the head. */
async function statusOf({ page }: Tab, path: string): Promise<number> {
  return page.evaluate(async (address) => {
    const answer = await fetch(address)
    await answer.body?.cancel()
    return answer.status
  }, path)
}

/** What comes of a line of script in the page. */
async function outcomeOf({ page }: Tab, line: string): Promise<unknown> {
  return page.evaluate(
    `(async () => { try { await (${line}); return 'taken' } catch (error) { return error.name } })()`,
  )
}

/** Every script that our origin serves. */
async function builtScripts(): Promise<string[]> {
  const files = await readdir(DIST, { recursive: true })
  return files.filter((file) => file.endsWith('.js')).map((file) => `/${file}`)
}

/** Opens the link with what could come of a script that gets hold of the page's own policy. */
async function visitAsPolicyHolder(): Promise<Tab> {
  const context = await world.browser.newContext(visitorOptions)
  await context.addInitScript(() => {
    const { trustedTypes } = window
    if (trustedTypes === undefined) return
    const create = trustedTypes.createPolicy.bind(trustedTypes)
    trustedTypes.createPolicy = (...given) => {
      globalThis.heldPolicy = create(...given)
      return globalThis.heldPolicy
    }
  })
  return Tab.open(context, link)
}

/** Runs in the page. @returns What it admits, unchanged; all else it must refuse with a `TypeError`. */
function askPolicy(urls: readonly string[]): string[] {
  return urls.filter((url) => {
    try {
      return String(globalThis.heldPolicy?.createScriptURL(url)) === url
    } catch (error) {
      if (error instanceof TypeError) return false
      throw error
    }
  })
}

describe('B03: a file that would run if a browser showed it', () => {
  it('is saved as octets under its own name, whatever its sender calls it', async () => {
    await using tab = await world.visit(link)
    for (const name of names) {
      const answered = tab.page.context().waitForEvent('response', (response: Response) => {
        return new URL(response.url()).pathname.startsWith('/save/')
      })
      const saved = await tab.save(tab.page.getByRole('button', { name: `Save ${name}` }))
      expect(saved.name).toBe(name)
      expect(await readFile(saved.path, 'utf8')).toBe(SCRIPT)
      const response = await answered
      expect(new URL(response.url()).pathname).toMatch(UUID)
      expect(response.fromServiceWorker()).toBe(true)
      expect(await response.allHeaders()).toMatchObject({
        'content-type': 'application/octet-stream',
        'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
        'content-length': String(SCRIPT.length),
        'content-security-policy': "default-src 'none'; sandbox",
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      })
    }
    await expectNotHit(tab)
    expect(tab.complaints).toEqual([])
  })

  it.each(['page.html', 'picture.svg', 'paper.pdf'])(
    'is not shown where somebody opens the address of the save itself: %s',
    async (name) => {
      await using tab = await world.visit(link)
      const path = await holdBack(tab, name)
      const other = await tab.another(world.network.url)
      const started = other.page.waitForEvent('download')
      await other.page.evaluate((address) => {
        location.assign(address)
      }, path)
      expect(await readFile(await (await started).path(), 'utf8')).toBe(SCRIPT)
      expect(new URL(other.page.url()).pathname).toBe('/')
      for (const one of [tab, other]) await expectNotHit(one)
    },
  )

  it('is no script for the page, and no picture of it is one', async () => {
    await using tab = await world.visit(link)
    const path = await holdBack(tab, 'worker.js')
    const loaded = await tab.page.evaluate(async (address) => {
      const element = document.createElement('img')
      const taken = new Promise((resolve) => {
        element.addEventListener('load', () => resolve('taken'))
        element.addEventListener('error', () => resolve('refused'))
      })
      element.src = address
      return taken
    }, path)
    expect(loaded).toBe('refused')
    const script = await holdBack(tab, 'worker.js')
    expect(await outcomeOf(tab, `import('${script}')`)).toBe('TypeError')
    await expectNotHit(tab)
  })

  it('never gets an address of its own in the page: no script of ours makes one, and no frame would show it', async () => {
    const files = await builtScripts()
    const scripts = await Promise.all(files.map((file) => readFile(join(DIST, file), 'utf8')))
    expect(scripts.length).toBeGreaterThan(5)
    expect(scripts.join('\n')).not.toMatch(SHOWS_SOMETHING)
    await using tab = await world.visit(link)
    const refused = await tab.page.evaluate(async (text) => {
      const violation = new Promise<string>((resolve) => {
        addEventListener('securitypolicyviolation', ({ violatedDirective }) =>
          resolve(violatedDirective),
        )
      })
      const frame = document.createElement('iframe')
      frame.src = URL.createObjectURL(new Blob([text], { type: 'text/html' }))
      document.body.append(frame)
      return violation
    }, SCRIPT)
    expect(refused).toBe('frame-src')
    await expectNotHit(tab)
  })
})

describe('B04: the service worker', () => {
  it('is one, in one place, and nothing else can take that', async () => {
    await using tab = await world.visit(link)
    await tab.untilSaid('Save all as a zip')
    const path = await holdBack(tab, 'worker.js')
    const ours = await tab.page.evaluate(async () => {
      const found = await navigator.serviceWorker.getRegistrations()
      const urls = found.flatMap(({ scope, active }) => [scope, active?.scriptURL ?? ''])
      return urls.map((url) => new URL(url).pathname)
    })
    expect(ours).toEqual(['/', '/sw.js'])
    const rules = '{ createScriptURL: (url) => url }'
    const tries = [
      `navigator.serviceWorker.register('${path}')`,
      `navigator.serviceWorker.register('/icon.svg')`,
      `new Worker('/icon.svg')`,
      `trustedTypes.createPolicy('mine', ${rules})`,
      `trustedTypes.createPolicy('skerry', ${rules})`,
    ]
    for (const attempt of tries) expect(await outcomeOf(tab, attempt)).toBe('TypeError')
  })

  it('is one of three scripts that the policy of the page admits, under one address each', async () => {
    await using tab = await visitAsPolicyHolder()
    // Whatever keeps chunks comes with the first save.
    await tab.save()
    await expect.poll(() => tab.page.workers().length).toBe(2)
    const workers = tab.page.workers().map((worker) => new URL(worker.url()).pathname)
    const { origin } = new URL(world.network.url)
    const foreign = [
      'https://evil.example/sw.js',
      '//evil.example/sw.js',
      'data:text/javascript,0',
      `blob:${origin}/${crypto.randomUUID()}`,
      'javascript:0',
      `/save/${crypto.randomUUID()}`,
      `${origin}/sw.js`,
    ]
    const almost = ['', '/', 'sw.js', '/SW.js', '//sw.js', '/./sw.js', '/sw.js?', '/sw.js#']
    const ours = await builtScripts()
    const admitted = await tab.page.evaluate(askPolicy, [...foreign, ...almost, ...ours])
    expect(admitted.toSorted()).toEqual([...workers, '/sw.js'].toSorted())
    expect(tab.complaints).toEqual([])
  })

  it('gives each save once, to whoever knows its address, and nothing to a guess', async () => {
    await using tab = await world.visit(link)
    const path = await holdBack(tab, 'film.mp4')
    expect(path).toMatch(UUID)
    expect(await statusOf(tab, `/save/${crypto.randomUUID()}`)).toBe(410)
    expect(await statusOf(tab, path)).toBe(200)
    expect(await statusOf(tab, path)).toBe(410)
    const next = await holdBack(tab, 'film.mp4')
    expect(next).not.toBe(path)
  })

  it('takes no announcement that is not exactly one, and answers for nothing else', async () => {
    await using tab = await world.visit(link)
    await tab.untilSaid('Save all as a zip')
    const answers = await tab.page.evaluate(async () => {
      const { active } = await navigator.serviceWorker.ready
      const announce = (message: unknown): void => {
        const { port2 } = new MessageChannel()
        active?.postMessage(message, [port2])
      }
      const id = '00000000-0000-4000-8000-000000000000'
      announce({ type: 'save', id: '../assets/x.js', name: 'x', bytes: 1 })
      announce({ type: 'save', id, name: 7, bytes: 1 })
      announce({ type: 'save', id, name: 'x', bytes: -1 })
      announce({ type: 'save', id, name: 'x', bytes: 0.5 })
      announce({ type: 'other', id, name: 'x', bytes: 1 })
      announce('save')
      const other = await fetch('/assets/x.js')
      const icon = await fetch('/icon.svg')
      return [(await fetch(`/save/${id}`)).status, other.status, icon.headers.get('content-type')]
    })
    expect(answers).toEqual([410, 404, 'image/svg+xml'])
  })
})
