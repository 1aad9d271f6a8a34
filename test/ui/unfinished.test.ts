import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { dropFiles } from '../drop-files.ts'
import { app, unfinished } from './gallery/samples.ts'
import { asked, givenPaths, openGallery, show, Site } from './site.ts'

let site: Site
let page: Page
let parent = ''
let folder = ''

beforeAll(async () => {
  site = await Site.start('gallery')
  page = await openGallery(site)
  parent = await mkdtemp(join(tmpdir(), 'skerry-unfinished-'))
  folder = join(parent, 'Coast 2031')
  await mkdir(folder)
  await writeFile(join(folder, 'notes.txt'), 'notes')
})
afterAll(async () => {
  await site[Symbol.asyncDispose]()
  await rm(parent, { recursive: true, force: true })
})

describe('an unfinished share', () => {
  beforeEach(() => show(page, 'unfinished'))

  it('goes on with the same files, and they make no new share', async () => {
    const picker = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Choose the same folder' }).first().click()
    await (await picker).setFiles(folder)
    await page.waitForFunction(() => globalThis.gallery.asked.length > 0)
    expect(await asked(page)).toMatchObject([{ type: 'resume' }])
    expect(await page.locator('send-form').count()).toBe(0)
  })

  it('goes on by itself where the browser kept the files', async () => {
    await page.getByRole('button', { name: 'Go on' }).click()
    expect(await asked(page)).toEqual([{ type: 'resume', shareId: 'd'.repeat(40), files: [] }])
  })

  it('asks for its password again', async () => {
    const card = page.locator('unfinished-card').last()
    expect(await card.getByRole('button', { name: 'Choose the same files' }).isEnabled()).toBe(
      false,
    )
    await card.getByLabel('Its password').fill('correct horse')
    const picker = page.waitForEvent('filechooser')
    await card.getByRole('button', { name: 'Choose the same files' }).click()
    await (await picker).setFiles(join(folder, 'notes.txt'))
    await page.waitForFunction(() => globalThis.gallery.asked.length > 0)
    expect(await givenPaths(page)).toEqual(['notes.txt'])
    expect(await asked(page)).toMatchObject([{ type: 'resume', password: 'correct horse' }])
  })

  it('takes what is dropped on it, folders too, and leaves it to nothing else', async () => {
    const box = await page.locator('unfinished-card').first().boundingBox()
    const at = { x: (box?.x ?? 0) + 20, y: (box?.y ?? 0) + 20 }
    await dropFiles(page, [folder, join(folder, 'notes.txt')], at)
    await page.waitForFunction(() => globalThis.gallery.asked.length > 0)
    expect(await asked(page)).toMatchObject([{ type: 'resume' }])
    expect(await givenPaths(page)).toEqual(['Coast 2031/notes.txt', 'notes.txt'])
    expect(await page.locator('send-form').count()).toBe(0)
    await dropFiles(page, [join(folder, 'gone.txt')], at)
    await page.getByText('1 item could not be read').waitFor()
    expect(await asked(page)).toHaveLength(1)
    // Beside it, what is dropped is for a new share.
    await dropFiles(page, [join(folder, 'notes.txt')])
    await page.locator('send-form').waitFor()
    expect(await asked(page)).toHaveLength(1)
  })

  it('says what is still missing after a pick, until all is there', async () => {
    const missing = { fileCount: 61, names: ['South pier/', 'Route.gpx'], moreCount: 2 }
    const words = page.locator('unfinished-card').getByRole('status')
    // The browser may have kept all, and may not read them.
    for (const hasFiles of [false, true]) {
      await page.evaluate(
        (next) => globalThis.gallery.draw(next),
        app({ unfinished: [unfinished({ missing, hasFiles })] }),
      )
      expect(await words.innerText()).toContain(
        '61 files are still missing: South pier/, Route.gpx and 2 more. Choose or drop them too',
      )
    }
    await page.evaluate(
      (next) => globalThis.gallery.draw(next),
      app({ unfinished: [unfinished({ hasFiles: true })] }),
    )
    expect(await words.innerText()).toContain('Go on, and the rest follows')
  })

  it('can be forgotten', async () => {
    await page.getByRole('button', { name: 'Forget it' }).first().click()
    expect(await asked(page)).toMatchObject([{ type: 'forget' }])
  })
})
