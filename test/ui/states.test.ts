import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { AxeResults, RunOptions } from 'axe-core'
import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type StateName, stateNames } from './gallery/states.ts'
import { openGallery, show, Site } from './site.ts'

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const axeOptions: RunOptions = {
  resultTypes: ['violations'],
  elementRef: false,
  selectors: false,
  // There is one sheet, and it is loaded.
  preload: false,
}

declare global {
  var axe: { run(context: Document, options: RunOptions): Promise<AxeResults> }
}

/** What a check has to say of each state; nothing of those in order. */
type Complaints = Partial<Record<StateName, string[]>>

let site: Site

beforeAll(async () => {
  site = await Site.start('gallery')
})
afterAll(() => site[Symbol.asyncDispose]())

/** Shows one state after the other, in the same page, as snapshots come. */
async function complaintsOf(
  page: Page,
  names: readonly StateName[],
  check: () => Promise<string[]>,
): Promise<Complaints> {
  const found: Complaints = {}
  for (const name of names) {
    await show(page, name)
    const said = await check()
    if (said.length > 0) found[name] = said
  }
  await page.context().close()
  return found
}

async function openWithAxe(options: Parameters<typeof openGallery>[1]): Promise<Page> {
  const page = await openGallery(site, options)
  // Handed in over the browser's own line: the page's policy stays as it is.
  await page.evaluate(await readFile(axePath, 'utf8'))
  return page
}

/** Each violation with its rule and the first place. */
async function axe(page: Page, options: RunOptions): Promise<string[]> {
  const { violations } = await page.evaluate(
    (given) => globalThis.axe.run(document, given),
    options,
  )
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)
}

/** How far the page is wider than its window, at each size of text. */
async function overflows(page: Page): Promise<string[]> {
  const found: string[] = []
  for (const [width, size] of [
    [320, '100%'],
    [390, '200%'],
    [1280, '200%'],
  ] as const) {
    await page.setViewportSize({ width, height: 800 })
    const wide = await page.evaluate((text) => {
      document.documentElement.style.fontSize = text
      return document.documentElement.scrollWidth - innerWidth
    }, size)
    if (wide > 0) found.push(`${wide} pixels too wide at ${width} with text at ${size}`)
  }
  return found
}

const parts = {
  'before sending': stateNames.filter((name) => /^(start|chosen|unfinished|crash)/.test(name)),
  sending: stateNames.filter((name) => name.startsWith('send-')),
  receiving: stateNames.filter((name) => name.startsWith('receive-')),
  saving: stateNames.filter((name) => name.startsWith('save-')),
  'others with the link': stateNames.filter((name) => name.startsWith('swarm-')),
} as const
const hostile = stateNames.filter((name) => name.startsWith('hostile-'))

it('knows every state', () => {
  expect([...Object.values(parts).flat(), ...hostile].toSorted()).toEqual(stateNames.toSorted())
})

describe.each(Object.entries(parts))('every state of %s', (_part, names) => {
  it('passes axe, asks nothing that the policy forbids, and moves nothing for those who want it still', async () => {
    const page = await openWithAxe({
      viewport: { width: 390, height: 800 },
      reducedMotion: 'reduce',
    })
    const check = async (): Promise<string[]> => [
      ...(await axe(page, axeOptions)),
      ...(await page.evaluate(() => globalThis.gallery.violations)),
      ...(await page.evaluate(() => document.getAnimations().map(() => 'moves'))),
    ]
    expect(await complaintsOf(page, names, check)).toEqual({})
  })

  it('has contrast enough in dark', async () => {
    const page = await openWithAxe({ colorScheme: 'dark' })
    const contrast = { ...axeOptions, runOnly: ['color-contrast'] }
    expect(await complaintsOf(page, names, () => axe(page, contrast))).toEqual({})
  })

  it('fits its window, on small phones and with text twice as large', async () => {
    const page = await openGallery(site)
    expect(await complaintsOf(page, names, () => overflows(page))).toEqual({})
  })
})

it('names that a stranger chose fit the window too', async () => {
  const page = await openGallery(site)
  expect(await complaintsOf(page, hostile, () => overflows(page))).toEqual({})
})
