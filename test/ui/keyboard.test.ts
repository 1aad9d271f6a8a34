import type { Page } from 'playwright'
import type { AppSnapshot } from '../../client/worker/snapshot.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StateName } from './gallery/states.ts'
import { app, GB, receive, save, send, swarm, unfinished } from './gallery/samples.ts'
import { asked, openGallery, show, Site } from './site.ts'

const helped = receive({ swarm: swarm({ chosen: 'relayed', peerCount: 2 }) })

let site: Site
let page: Page

beforeAll(async () => {
  site = await Site.start('gallery')
  page = await openGallery(site)
})
afterAll(() => site[Symbol.asyncDispose]())

/** Where the focus is: what a screen reader would call it, and whether it can be seen. */
async function focused(): Promise<{ name: string; isSeen: boolean }> {
  return page.evaluate(() => {
    let element = document.activeElement
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement
    if (element === null || element === document.body) return { name: '', isSeen: false }
    const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : undefined
    const words = element.getAttribute('aria-label') ?? label ?? element.textContent ?? ''
    const { outlineStyle, outlineWidth } = getComputedStyle(element)
    const { width, height } = element.getBoundingClientRect()
    const isSeen =
      outlineStyle !== 'none' && Number(outlineWidth.replace('px', '')) >= 2 && width * height > 0
    return { name: words.replaceAll(/\s+/g, ' ').trim(), isSeen }
  })
}

/** Presses Tab until the focus is on something of that name; all on the way must be seen. */
async function tabTo(name: string | RegExp): Promise<void> {
  const way: string[] = []
  for (let i = 0; i < 60; i += 1) {
    await page.keyboard.press('Tab')
    const at = await focused()
    if (at.name !== '') expect(at, `focus on "${at.name}"`).toMatchObject({ isSeen: true })
    way.push(at.name)
    if (typeof name === 'string' ? at.name === name : name.test(at.name)) return
  }
  expect.fail(`no ${String(name)} on the way: ${way.join(' | ')}`)
}

async function start(state: StateName): Promise<void> {
  await show(page, state)
  await page.locator('a.brand').focus()
}

/** Presses what has that name, and goes on with what it leads to. @returns Where the focus is then. */
async function press(name: string, ...next: readonly AppSnapshot[]): Promise<string[]> {
  await tabTo(name)
  await page.keyboard.press('Enter')
  const names: string[] = []
  for (const snapshot of next) {
    await page.evaluate(async (drawn) => globalThis.gallery.draw(drawn), snapshot)
    names.push((await focused()).name)
  }
  return names
}

describe('a button that vanishes with what it began leaves the focus', () => {
  it('on the share that is stopped', async () => {
    await start('send-half')
    const deleting = send({ phase: 'deleting' })
    expect(await press('Stop', app({ sends: [deleting] }))).toEqual([deleting.title])
  })

  it('on the save that is stopped', async () => {
    await start('save-running')
    const stopped = save({ phase: 'stopped' })
    const next = app({ receive: receive({ saves: [stopped] }) })
    expect(await press('Stop', next)).toEqual([stopped.title])
  })

  it('on those that are left when a share is forgotten, or on the page', async () => {
    await start('unfinished')
    const left = app({ unfinished: [unfinished({ shareId: 'left' })] })
    expect(await press('Forget it', left, app())).toEqual([
      'Not finished yet',
      'Send files that only your people can open',
    ])
  })

  it('on what comes when another try is made', async () => {
    await start('receive-unreachable')
    const opening = app({ receive: receive({ phase: 'opening' }) })
    const ready = app({ receive: receive() })
    expect(await press('Try again', app(), opening, ready)).toEqual([
      'Looking for these files',
      'Looking for these files',
      receive().title,
    ])
  })
})

describe('by keyboard alone', () => {
  it('files are picked', async () => {
    await start('start')
    const picker = page.waitForEvent('filechooser')
    await tabTo('Choose files')
    await page.keyboard.press('Enter')
    expect((await picker).isMultiple()).toBe(true)
    await tabTo('Choose a folder')
  })

  it('files are left out, options set, and all is sent', async () => {
    await start('chosen-folder')
    await tabTo('Leave out Route.gpx')
    await page.keyboard.press('Enter')
    expect(await focused()).toMatchObject({ name: '312 files, 1.59 GB' })
    await tabTo(/^Options/)
    await page.keyboard.press('Enter')
    await tabTo('Password')
    await page.keyboard.type('correct horse')
    await tabTo('Show')
    await page.keyboard.press('Space')
    expect(await page.getByLabel('Password').getAttribute('type')).toBe('text')
    await tabTo('Encrypt and send')
    await page.keyboard.press('Enter')
    expect(await asked(page)).toMatchObject([
      { type: 'send', options: { password: 'correct horse', replicas: 2 } },
    ])
  })

  it('the link is copied, and the share paused and stopped', async () => {
    await start('send-half')
    await tabTo('Link to share')
    await tabTo('Copy link')
    await tabTo('Pause')
    await page.keyboard.press('Enter')
    await tabTo('Stop')
    await page.keyboard.press('Enter')
    await tabTo('Who keeps it')
    await page.keyboard.press('Enter')
    await tabTo('Ask each for a random piece')
    await page.keyboard.press('Enter')
    expect(await asked(page)).toMatchObject([
      { type: 'pause' },
      { type: 'stop' },
      { type: 'challenge' },
    ])
  })

  it('a password is given', async () => {
    await start('receive-password')
    await tabTo('These files need a password')
    await page.keyboard.type('correct horse')
    await page.keyboard.press('Enter')
    expect(await asked(page)).toEqual([{ type: 'password', text: 'correct horse' }])
  })

  it('all is saved, one folder, and one file in it', async () => {
    await start('receive-many')
    await tabTo(/^Save all as a zip/)
    await page.keyboard.press('Enter')
    await tabTo('Save the folder May 01 as a zip')
    await page.keyboard.press('Enter')
    await tabTo('May 02')
    await page.keyboard.press('Enter')
    expect(await focused()).toMatchObject({ name: 'May 02' })
    await tabTo('Save dunes 0102.jpg')
    await page.keyboard.press('Enter')
    expect(await asked(page)).toEqual([
      { type: 'save', saveId: 'save-1', target: { kind: 'zip', folder: '' } },
      { type: 'save', saveId: 'save-2', target: { kind: 'zip', folder: 'Coast 2031/May 01/' } },
      { type: 'save', saveId: 'save-3', target: { kind: 'file', entry: 101 } },
    ])
  })

  it('a save is stopped', async () => {
    await start('save-running')
    await tabTo('Stop')
    await page.keyboard.press('Enter')
    expect(await asked(page)).toEqual([{ type: 'cancel-save', saveId: 'save-1' }])
  })

  it('others are let in, or not, and the focus stays where the answer is', async () => {
    await start('swarm-asked')
    await tabTo('Yes')
    await tabTo('Yes, through a relay')
    await page.keyboard.press('Enter')
    await page.evaluate(async (next) => globalThis.gallery.draw(next), app({ receive: helped }))
    expect(await focused()).toMatchObject({ name: 'Change', isSeen: true })
    await page.keyboard.press('Enter')
    await tabTo('No, seeds only')
    await page.keyboard.press('Space')
    expect(await asked(page)).toEqual([
      { type: 'peer-mode', mode: 'relayed' },
      { type: 'peer-mode', mode: 'seeds-only' },
    ])
  })

  it('what is passed on is switched off, and bounded', async () => {
    await start('swarm-giving')
    await tabTo(/^Pass it on/)
    await page.keyboard.press('Space')
    await tabTo('How much of it')
    await page.keyboard.press('ArrowUp')
    const { shareId } = helped
    expect(await asked(page)).toEqual([
      { type: 'giving', shareId, isOn: false },
      { type: 'giving-cap', bytes: GB },
    ])
  })

  it('another try is made', async () => {
    await start('receive-unreachable')
    await tabTo('Try again')
    await page.keyboard.press('Enter')
    expect(await asked(page)).toEqual([{ type: 'retry' }])
  })
})
