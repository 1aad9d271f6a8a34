import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { chosenIn } from './chosen-in.ts'
import { openGallery, show, Site } from './site.ts'

let site: Site
let page: Page
let folder = ''

beforeAll(async () => {
  site = await Site.start('gallery')
  page = await openGallery(site)
  folder = await mkdtemp(join(tmpdir(), 'skerry-again-'))
})
afterAll(async () => {
  await site[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

async function pick(...names: readonly string[]): Promise<void> {
  const picker = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Choose files' }).click()
  await (await picker).setFiles(names.map((name) => join(folder, name)))
  await page.locator('send-form').waitFor()
}

it('files that were edited and chosen again are there once, as they are now', async () => {
  await show(page, 'start')
  await mkdir(join(folder, 'elsewhere'))
  await writeFile(join(folder, 'draft.txt'), 'draft')
  await writeFile(join(folder, 'elsewhere', 'draft.txt'), 'another one')
  await writeFile(join(folder, 'notes.txt'), 'notes')
  await pick('draft.txt')
  await pick('elsewhere/draft.txt')
  await page.getByText('2 files').waitFor()
  await writeFile(join(folder, 'elsewhere', 'draft.txt'), 'another one, edited')
  await pick('elsewhere/draft.txt', 'notes.txt')
  await page.getByText('3 files').waitFor()
  const now = { 'draft.txt': 5, 'draft (2).txt': 19, 'notes.txt': 5 }
  expect(await chosenIn(page)).toEqual(now)
})
