import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hostileNames, scriptNames } from '../ui/gallery/hostile-names.ts'
import { type StateName, stateNames } from '../ui/gallery/states.ts'
import { openGallery, show, Site } from '../ui/site.ts'

let site: Site
let page: Page

beforeAll(async () => {
  site = await Site.start('gallery')
  page = await openGallery(site)
  page.on('dialog', (dialog) => void dialog.dismiss().then(() => expect.fail(dialog.message())))
})
afterAll(() => site[Symbol.asyncDispose]())

const hostile = stateNames.filter((name) => name.startsWith('hostile-'))

/** Everything that a reader can see, through all shadow roots, and what stands in fields. */
async function textOfPage(): Promise<string> {
  return page.evaluate(() => {
    const texts: string[] = []
    const read = (root: ParentNode): void => {
      for (const element of root.querySelectorAll('*')) {
        if (element instanceof HTMLInputElement) texts.push(element.value)
        for (const node of element.childNodes) {
          if (node instanceof Text) texts.push(node.data)
        }
        // A name may stand in two parts: its folders, and what it is called there.
        if (element.matches('bdi')) texts.push(element.textContent ?? '')
        if (element.shadowRoot !== null) read(element.shadowRoot)
      }
    }
    read(document)
    return texts.join('\n')
  })
}

/** Elements of a kind that our templates do not make, wherever they are. */
async function strangeElements(): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = []
    const read = (root: ParentNode): void => {
      for (const element of root.querySelectorAll('*')) {
        const isStrange =
          element.matches(
            'iframe, object, embed, math, base, meta[http-equiv], a:not([href="/"])',
          ) ||
          element.matches('img:not([src="/icon.svg"]), :not(head) > :is(script, link, style)') ||
          [...element.attributes].some(({ name }) => name.startsWith('on'))
        if (isStrange) found.push(element.outerHTML)
        if (element.shadowRoot !== null) read(element.shadowRoot)
      }
    }
    read(document)
    return found
  })
}

async function probe(): Promise<unknown> {
  return page.evaluate(() => ({
    wasHit: Object.hasOwn(globalThis, 'wasHit'),
    violations: globalThis.gallery.violations,
    title: document.title,
    path: location.href.slice(location.origin.length),
  }))
}

describe('B02: names that a stranger chose', () => {
  it.each(hostile)('run nothing and load nothing in %s', async (name: StateName) => {
    await show(page, name)
    // Whatever would load or fire does so in its own time.
    await page.waitForLoadState('networkidle')
    expect(await probe()).toEqual({
      wasHit: false,
      violations: [],
      title: 'Gallery',
      path: '/',
    })
    expect(await strangeElements()).toEqual([])
  })

  it.each([
    ['hostile-sends', hostileNames],
    ['hostile-unfinished', hostileNames],
    ['hostile-receive', hostileNames],
    ['hostile-saves', hostileNames],
    // The first few are listed; the others are counted.
    ['hostile-chosen', hostileNames.slice(0, 6)],
  ] as const)('are shown in %s as they are, letter by letter', async (state, names) => {
    await show(page, state)
    const text = await textOfPage()
    expect(names.filter((name) => !text.includes(name.replaceAll('/', '∕')))).toEqual([])
  })

  it('run nothing when they are searched for, hovered over, and opened', async () => {
    await show(page, 'hostile-folders')
    for (const name of scriptNames.slice(0, 8)) {
      const row = page.locator('folder-view li').filter({ hasText: name.replaceAll('/', '∕') })
      await row.first().hover()
      await row.first().getByRole('button').first().click()
      expect(await page.locator('folder-view nav strong').textContent()).toBe(
        name.replaceAll('/', '∕'),
      )
      await page.getByRole('button', { name: 'All files' }).click()
      await page.getByLabel('Find a file by its name').fill(name)
      await page.getByLabel('Find a file by its name').fill('')
    }
    expect(await probe()).toMatchObject({ wasHit: false, violations: [] })
  })

  it('would have been caught: the policy stops what a template lets through', async () => {
    await show(page, 'start')
    const refused = await page.evaluate(() => {
      try {
        document.body.innerHTML = '<img src=x onerror=globalThis.wasHit=1>'
        return 'taken'
      } catch (error) {
        return error instanceof TypeError ? 'refused' : String(error)
      }
    })
    expect(refused).toBe('refused')
  })
})
