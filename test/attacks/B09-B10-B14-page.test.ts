import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseTokenUrl } from '../../protocol/token.ts'
import { PageWorld } from '../page/page-world.ts'
import { sendFromMemory } from '../page/send-from-memory.ts'
import { app, LINK, receive, save } from '../ui/gallery/samples.ts'
import { draw, openPage, Site } from '../ui/site.ts'

const fragment = new URL(LINK).hash.slice(1)

let site: Site
let html = ''

beforeAll(async () => {
  site = await Site.start('page')
  html = await readFile(join(site.folder, 'index.html'), 'utf8')
})
afterAll(() => site[Symbol.asyncDispose]())

async function builtFiles(ending: string): Promise<string[]> {
  const files = await readdir(site.folder, { recursive: true })
  return files.filter((file) => file.endsWith(ending))
}

describe('B10: whoever fetches the page without its fragment', () => {
  it('gets the same page for every share, and nothing in it that a preview would show of one', async () => {
    const answers = await Promise.all(
      ['/', `/%23${fragment}`].map(async (path) => (await fetch(site.server.origin + path)).text()),
    )
    expect(answers).toEqual([html, html])
    expect(html).toContain('<title>Skerry</title>')
    expect(html).not.toMatch(/og:|twitter:|canonical/)
  })

  it('learns nothing of it: it is in no request, no referrer and no title', async () => {
    const before = site.server.asked.length
    const page = await openPage(site, `/#${fragment}`)
    await draw(page, app({ receive: receive({ saves: [save()] }) }))
    await page.reload()
    await page.getByRole('heading', { level: 1 }).waitFor()
    const asked = site.server.asked.slice(before)
    expect(asked.length).toBeGreaterThan(5)
    expect(asked.filter((path) => path.includes(fragment.slice(0, 8)))).toEqual([])
    expect(new Set(site.server.referrers)).toEqual(new Set([undefined]))
    expect(await page.title()).not.toContain(fragment)
    // The address bar keeps it, so that a reload and a bookmark work.
    expect(page.url()).toBe(`${site.server.origin}/#${fragment}`)
  })

  it('uses nothing up, however often it is done: the share opens and saves after it', async () => {
    await using world = await PageWorld.start()
    const { url, seeds } = world.network
    const link = await sendFromMemory(url, { paths: ['once.txt'], text: 'whole' })
    const { token } = parseTokenUrl(link)
    const genesis = seeds.map((seed) => `${seed.url}/v1/shares/${token.shareId}`)
    const pages = [link, `${url}/`, link.replace('#', '%23'), `${url}/v1/network`]
    const look = (method: string): Promise<number[]> =>
      Promise.all([...pages, ...genesis].map(async (one) => (await fetch(one, { method })).status))
    for (let round = 0; round < 3; round += 1) {
      expect(new Set(await look('GET'))).toEqual(new Set([200]))
      // A seed answers none of these; what they leave behind shows in the next round.
      await look('HEAD')
    }
    await using recipient = await world.visit(link)
    const { path } = await recipient.save()
    expect(await readFile(path, 'utf8')).toBe('whole')
  })
})

describe('B09: the page', () => {
  it('names no other origin, in markup, styles or scripts', async () => {
    const files = [...(await builtFiles('.html')), ...(await builtFiles('.css'))]
    const texts = await Promise.all(files.map((file) => readFile(join(site.folder, file), 'utf8')))
    expect(texts.join('\n').match(/(https?:)?\/\/[\w.-]+/g)).toBeNull()
    const scripts = await Promise.all(
      (await builtFiles('.js')).map((file) => readFile(join(site.folder, file), 'utf8')),
    )
    const named = new Set(scripts.join('\n').match(/https?:\/\/[\w.-]+/g))
    // Names of vocabularies, which nothing fetches.
    expect([...named].filter((url) => !url.includes('www.w3.org'))).toEqual([])
  })

  it('asks only its own origin, and cannot be reached by whoever opened it', async () => {
    const page = await openPage(site)
    const origins = await page.evaluate(() =>
      performance.getEntriesByType('resource').map(({ name }) => new URL(name).origin),
    )
    expect(new Set(origins)).toEqual(new Set([site.server.origin]))
    const { headers } = await fetch(site.server.origin)
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
  })

  it('holds no script or style of its own, so that the policy need not let any through', () => {
    expect(html).not.toMatch(/<style|style=|\son\w+=|javascript:|data:/)
    const scripts = html.match(/<script[^>]*>[^<]*/g) ?? []
    expect(scripts).toHaveLength(1)
    expect(scripts[0]).toMatch(/ src="\/assets\/[\w-]+\.js">$/)
  })

  it('keeps the service worker in one script of a fixed name, without parts to load', async () => {
    const script = await readFile(join(site.folder, 'sw.js'), 'utf8')
    expect(script).not.toMatch(/\bimport\b|\bexport\b|importScripts/)
  })

  it('brings no map of its sources', async () => {
    expect(await builtFiles('.map')).toEqual([])
  })
})

describe('B14: another page', () => {
  it('cannot put this one into a frame', async () => {
    const page = await site.open('about:blank')
    await page.route('http://elsewhere.test/', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<iframe src="${site.server.origin}/"></iframe>`,
      }),
    )
    await page.goto('http://elsewhere.test/')
    const frame = page.frames().at(1)
    expect(await frame?.locator('skerry-app').count()).toBe(0)
  })
})
