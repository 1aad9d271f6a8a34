import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { BrowserContextOptions } from 'playwright'
import { stateNames } from '../ui/gallery/states.ts'
import { openGallery, show, Site } from '../ui/site.ts'

// `npm run screenshots`: every state of every view, light and dark, wide and as on a phone; `-- send-` picks by name.
const folder = join(import.meta.dirname, '..', '..', '.cache', 'screenshots')
const HEIGHT_MAX = 2400

const looks = [
  { size: 'wide', scheme: 'light', width: 1280, height: 860 },
  { size: 'wide', scheme: 'dark', width: 1280, height: 860 },
  { size: 'phone', scheme: 'light', width: 390, height: 800 },
  { size: 'phone', scheme: 'dark', width: 390, height: 800 },
] as const

const wanted = process.argv.slice(2)
const names = stateNames.filter(
  (name) => wanted.length === 0 || wanted.some((part) => name.includes(part)),
)
await mkdir(folder, { recursive: true })
await using site = await Site.start('gallery')
for (const { size, scheme, width, height } of looks) {
  await draw(`${size}-${scheme}`, { colorScheme: scheme, viewport: { width, height } })
}
process.stdout.write(`${names.length} states, ${names.length * looks.length} pictures: ${folder}\n`)

async function draw(look: string, options: BrowserContextOptions): Promise<void> {
  const page = await openGallery(site, options)
  const { width, height } = page.viewportSize() ?? looks[0]
  for (const name of names) {
    await show(page, name)
    // As high as what is drawn: rows that are out of sight would be left empty.
    const drawn = await page.evaluate(() => document.documentElement.scrollHeight)
    await page.setViewportSize({ width, height: Math.min(drawn, HEIGHT_MAX) })
    await page.screenshot({ path: join(folder, `${name}.${look}.png`), animations: 'disabled' })
    await page.setViewportSize({ width, height })
  }
  await page.context().close()
}
