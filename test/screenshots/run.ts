import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions } from 'playwright'
import { launchBrowser } from '../browser.ts'
import { buildGallery } from '../ui/gallery/build-gallery.ts'
import { type StateName, stateNames } from '../ui/gallery/states.ts'
import { PageServer } from '../ui/page-server.ts'

// `npm run screenshots`: every state of every view, light and dark, wide and as on a phone; `-- send-` picks by name.
const folder = join(import.meta.dirname, '..', '..', '.cache', 'screenshots')
const HEIGHT_MAX = 2400

const sizes = { wide: { width: 1280, height: 860 }, phone: { width: 390, height: 800 } } as const
const schemes = ['light', 'dark'] as const

const wanted = process.argv.slice(2)
const names = stateNames.filter(
  (name) => wanted.length === 0 || wanted.some((part) => name.includes(part)),
)
const site = await mkdtemp(join(tmpdir(), 'skerry-gallery-'))
try {
  await buildGallery(site)
  await mkdir(folder, { recursive: true })
  await using server = await PageServer.start(site)
  await using browser = await launchBrowser()
  for (const colorScheme of schemes) {
    for (const [size, viewport] of Object.entries(sizes)) {
      await draw(browser, `${size}-${colorScheme}`, {
        colorScheme,
        viewport,
        baseURL: server.origin,
      })
    }
  }
  process.stdout.write(`${names.length} states, ${names.length * 4} pictures in ${folder}\n`)
} finally {
  await rm(site, { recursive: true, force: true })
}

async function draw(browser: Browser, look: string, options: BrowserContextOptions): Promise<void> {
  const context = await browser.newContext({ ...options, locale: 'en-GB', timezoneId: 'UTC' })
  const page = await context.newPage()
  const { width, height } = page.viewportSize() ?? sizes.wide
  await page.goto('/')
  await page.locator('html[data-is-ready]').waitFor()
  for (const name of names) {
    await page.evaluate(async (state: StateName) => globalThis.gallery.show(state), name)
    // As high as what is drawn: rows that are out of sight would be left empty.
    const drawn = await page.evaluate(() => document.documentElement.scrollHeight)
    await page.setViewportSize({ width, height: Math.min(drawn, HEIGHT_MAX) })
    const path = join(folder, `${name}.${look}.png`)
    await page.screenshot({ path, animations: 'disabled' })
    await page.setViewportSize({ width, height })
  }
  await context.close()
}
