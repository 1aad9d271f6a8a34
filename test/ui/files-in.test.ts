import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { dropFiles } from '../drop-files.ts'
import { chosenIn, pasteInto, type Copied } from './chosen-in.ts'
import { asked, givenPaths, openGallery, show, Site } from './site.ts'

let site: Site
let page: Page
let folder = ''

beforeAll(async () => {
  site = await Site.start('gallery')
  page = await openGallery(site)
  folder = await mkdtemp(join(tmpdir(), 'skerry-files-'))
  await mkdir(join(folder, 'Coast', 'May 01'), { recursive: true })
  await mkdir(join(folder, 'Coast', 'nothing in it'))
  await writeFile(join(folder, 'Coast', 'route.gpx'), 'gpx')
  await writeFile(join(folder, 'Coast', 'May 01', 'ferry <b>.jpg'), 'jpg!')
  await writeFile(join(folder, 'empty.txt'), '')
  await writeFile(join(folder, 'notes.txt'), 'notes')
  for (let i = 0; i < 250; i += 1) {
    await writeFile(join(folder, 'Coast', 'May 01', `gull ${i}.txt`), String(i))
  }
})
afterAll(async () => {
  await site[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(() => show(page, 'start'))

const chosen = (): Promise<Record<string, number | 'folder'>> => chosenIn(page)

async function drop(...names: readonly string[]): Promise<void> {
  await dropFiles(
    page,
    names.map((name) => join(folder, name)),
  )
}

function paste(files: readonly Copied[], into = page.locator('body')): Promise<void> {
  return pasteInto(into, files)
}

describe('files come in', () => {
  it('dropped, with whole folder trees, anywhere on the page', async () => {
    await drop('Coast', 'empty.txt')
    const files = await chosen()
    expect(Object.keys(files)).toHaveLength(254)
    expect(files).toMatchObject({
      'Coast/route.gpx': 3,
      'Coast/May 01/ferry <b>.jpg': 4,
      'Coast/nothing in it/': 'folder',
      'empty.txt': 0,
    })
  })

  it('dropped one by one, each with the handle that lets it be read after a reload', async () => {
    await drop('notes.txt')
    await chosen()
    const handles = await page.evaluate(() => {
      const view = document.querySelector('skerry-app')?.renderRoot.querySelector('send-view')
      return view?.chosen.map(({ handle }) => handle instanceof FileSystemFileHandle)
    })
    expect(handles).toEqual([true])
  })

  it('but for what cannot be read, which is named', async () => {
    await drop('notes.txt', 'gone <b>.txt', 'Coast')
    expect(Object.keys(await chosen())).toHaveLength(254)
    const said = page.getByRole('alert')
    expect(await said.innerText()).toBe(
      '1 item could not be read and is not included: gone <b>.txt. Check that it is still there and not locked, then drop it again.',
    )
    const many = Array.from({ length: 7 }, (_, i) => `gone ${i + 1}.txt`)
    await drop(...many)
    await page.getByText('8 items').waitFor()
    expect(await said.innerText()).toBe(
      '8 items could not be read and are not included: gone <b>.txt, gone 1.txt, gone 2.txt, gone 3.txt, gone 4.txt and 3 more. Check that they are still there and not locked, then drop them again.',
    )
    await writeFile(join(folder, 'gone 7.txt'), 'back')
    await drop('gone 7.txt')
    await page.getByText('7 items').waitFor()
    await page.getByRole('button', { name: 'Start over' }).click()
    await page.getByText('Drop files or folders here').waitFor()
    expect(await said.count()).toBe(0)
  })

  it('but for what cannot be read, though a file of its name is there', async () => {
    await paste([{ name: 'gone.txt', text: 'of the same name' }])
    await chosen()
    await drop('gone.txt')
    await page.getByText('1 item could not be read').waitFor()
    expect(await chosen()).toEqual({ 'gone.txt': 16 })
    await drop('notes.txt')
    await page.getByText('2 files').waitFor()
    expect(await page.getByRole('alert').innerText()).toContain('gone.txt')
  })

  it('but for a folder that could not be read, until something in it is there or it is left out', async () => {
    const said = page.getByRole('alert')
    await mkdir(join(folder, 'Coast 2031', 'locked'), { recursive: true })
    await writeFile(join(folder, 'Coast 2031', 'locked', 'key.txt'), 'key')
    for (const way of ['dropped again', 'left out']) {
      await show(page, 'chosen-unread')
      await drop('notes.txt')
      await page.getByText('9 items could not be read').waitFor()
      expect(await said.innerText()).toContain('Coast 2031/locked/')
      if (way === 'dropped again') {
        await drop('Coast 2031')
        await page.getByText('8 items could not be read').waitFor()
        expect(await said.innerText()).not.toContain('locked/')
      } else {
        await page.getByRole('button', { name: 'Leave out Coast 2031' }).click()
        await said.waitFor({ state: 'detached' })
      }
    }
    // Without anything chosen there is nothing to start over.
    await show(page, 'start')
    await drop('notes.txt', 'gone.txt')
    await page.getByText('1 item could not be read').waitFor()
    await page.getByRole('button', { name: 'Leave out notes.txt' }).click()
    await said.waitFor({ state: 'detached' })
  })

  // A name that is no text: the browser lists it, and cannot open it.
  it.runIf(process.platform === 'linux')('but for one in a folder of others', async () => {
    const name = Buffer.concat([Buffer.from(join(folder, 'Tide', 'no text ')), Buffer.of(0xff)])
    await mkdir(join(folder, 'Tide', 'nothing in it'), { recursive: true })
    await writeFile(name, 'lost')
    await writeFile(join(folder, 'Tide', 'table.txt'), 'table')
    await drop('Tide')
    await page.getByText('1 item could not be read').waitFor()
    expect(await chosen()).toEqual({ 'Tide/table.txt': 5, 'Tide/nothing in it/': 'folder' })
  })

  it('and where nothing of it can be read, that is said', async () => {
    await drop('gone.txt')
    await page.getByText('1 item could not be read').waitFor()
    await drop('notes.txt')
    expect(await chosen()).toEqual({ 'notes.txt': 5 })
    expect(await page.getByRole('alert').count()).toBe(0)
  })

  it('picked as files', async () => {
    const picker = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Choose files' }).click()
    const paths = ['notes.txt', 'empty.txt'].map((name) => join(folder, name))
    await (await picker).setFiles(paths)
    expect(await chosen()).toEqual({ 'notes.txt': 5, 'empty.txt': 0 })
  })

  it('picked from elsewhere under names that are taken, and told apart', async () => {
    await mkdir(join(folder, 'other card'), { recursive: true })
    await writeFile(join(folder, 'other card', 'notes.txt'), 'other notes')
    for (const path of ['notes.txt', 'other card/notes.txt']) {
      const picker = page.waitForEvent('filechooser')
      await page.getByRole('button', { name: 'Choose files' }).click()
      await (await picker).setFiles(join(folder, path))
      await chosen()
    }
    await page.getByText('2 files').waitFor()
    expect(await chosen()).toEqual({ 'notes.txt': 5, 'notes (2).txt': 11 })
  })

  it('picked as a folder', async () => {
    const picker = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Choose a folder' }).click()
    await (await picker).setFiles(join(folder, 'Coast'))
    const files = await chosen()
    expect(files).toMatchObject({ 'Coast/route.gpx': 3, 'Coast/May 01/ferry <b>.jpg': 4 })
    expect(Object.keys(files)).toHaveLength(252)
  })

  it('pasted, and told apart where all have one name', async () => {
    await paste([
      { name: 'image.png', text: 'one' },
      { name: 'image.png', text: 'three' },
    ])
    expect(await chosen()).toEqual({ 'image.png': 3, 'image (2).png': 5 })
  })

  it('pasted one after the other, and told apart too', async () => {
    await paste([{ name: 'image.png', text: 'one' }])
    await chosen()
    await paste([
      { name: 'image.png', text: 'two' },
      { name: 'image.png', text: 'three' },
    ])
    await page.getByText('3 files').waitFor()
    expect(await chosen()).toEqual({ 'image.png': 3, 'image (2).png': 3, 'image (3).png': 5 })
    await paste([{ name: 'image (2).png', text: 'four' }])
    await page.getByText('4 files').waitFor()
    expect(await chosen()).toMatchObject({ 'image (2).png': 3, 'image (2) (2).png': 4 })
  })

  it('one after the other, and the same one again only once', async () => {
    await drop('notes.txt')
    await chosen()
    await drop('notes.txt')
    const { mtimeMs } = await stat(join(folder, 'notes.txt'))
    await paste([{ name: 'notes.txt', text: 'notes', mtimeMs: Math.floor(mtimeMs) }])
    await drop('empty.txt')
    await page.getByText('2 files').waitFor()
    expect(await chosen()).toEqual({ 'notes.txt': 5, 'empty.txt': 0 })
  })

  it('not at all as text', async () => {
    await page.evaluate(() => {
      const clipboardData = new DataTransfer()
      clipboardData.setData('text/plain', 'hello')
      document.body.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, clipboardData }))
    })
    expect(await page.locator('send-form').count()).toBe(0)
  })

  it('not where a field is pasted into, though what was copied has a picture too', async () => {
    await show(page, 'chosen-options')
    await paste([{ name: 'image.png', text: 'a picture' }], page.getByLabel('Password'))
    await paste([{ name: 'later.txt', text: 'later' }], page.getByLabel('Iceland'))
    await page.getByText('314 files').waitFor()
    expect(Object.keys(await chosen()).at(-1)).toBe('later.txt')
  })

  it('nowhere but where they are wanted: a drop on what is received leaves it alone', async () => {
    await show(page, 'receive-one')
    await drop('notes.txt')
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('harbour at dawn.mov')
    expect(page.url()).toBe(`${site.server.origin}/`)
  })
})

describe('before they go', () => {
  it('one file, or a folder with all in it, can be left out', async () => {
    await drop('Coast', 'empty.txt', 'notes.txt')
    await chosen()
    await page.getByRole('button', { name: 'Leave out Coast' }).click()
    await page.getByRole('button', { name: 'Leave out empty.txt' }).click()
    expect(await chosen()).toEqual({ 'notes.txt': 5 })
    await page.getByRole('button', { name: 'Start over' }).click()
    await page.getByText('Drop files or folders here').waitFor()
  })

  it('they are handed over as they came, with the choices made', async () => {
    await drop('notes.txt')
    await page.getByText('Options').click()
    await page.getByLabel('Password').fill('correct horse')
    await page.getByLabel('Keep it for').selectOption('30 days')
    await page.getByLabel('People with the link').selectOption('Use the seeds only')
    await page.getByRole('button', { name: 'Encrypt and send' }).click()
    expect(await givenPaths(page)).toEqual(['notes.txt'])
    expect(await asked(page)).toMatchObject([
      {
        type: 'send',
        options: {
          password: 'correct horse',
          lifeMs: 30 * 86_400_000,
          replicas: 2,
          jurisdictions: 2,
          denied: [],
          peers: 'forbidden',
        },
      },
    ])
  })

  it('countries can be left out, but not so many that no seed is left', async () => {
    await show(page, 'chosen-options')
    for (const country of ['Germany', 'Iceland', 'Switzerland']) {
      await page.getByLabel(country).uncheck()
    }
    await page.getByText('not in 3 countries').waitFor()
    const button = page.getByRole('button', { name: 'Encrypt and send' })
    expect(await button.isEnabled()).toBe(true)
    await page.getByLabel('New Zealand').uncheck()
    expect(await page.getByRole('alert').textContent()).toContain('Tick one more')
    expect(await button.isEnabled()).toBe(false)
    await page.getByLabel('Copies').selectOption('One only: lost if that seed is lost')
    await button.click()
    expect(await asked(page)).toMatchObject([
      { options: { replicas: 1, jurisdictions: 1, denied: ['CH', 'DE', 'IS', 'NZ'] } },
    ])
  })
})
