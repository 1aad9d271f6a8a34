import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AppSnapshot } from '../../client/worker/snapshot.ts'
import {
  app,
  entry,
  frontier,
  LINK,
  MB,
  receive,
  send,
  unfinished,
  wideNetwork,
} from './gallery/samples.ts'
import { openGallery, show, Site } from './site.ts'

let site: Site
let page: Page

beforeAll(async () => {
  site = await Site.start('gallery')
  page = await openGallery(site, { permissions: ['clipboard-read', 'clipboard-write'] })
})
afterAll(() => site[Symbol.asyncDispose]())

async function draw(snapshot: AppSnapshot): Promise<void> {
  await page.evaluate((next) => globalThis.gallery.draw(next), snapshot)
}

/** No seed of these countries is open. */
function without(...codes: readonly string[]): AppSnapshot {
  const places = wideNetwork.places.filter(({ jurisdiction }) => !codes.includes(jurisdiction))
  return app({ network: { ...wideNetwork, places } })
}

/** That try to send became no share. */
function refused(sendId: number): AppSnapshot['lastSend'] {
  return { sendId, shareId: undefined }
}

describe('the link', () => {
  it('is copied, and the person told', async () => {
    await show(page, 'send-half')
    await page.getByRole('button', { name: 'Copy link' }).click()
    await page.getByRole('button', { name: 'Copied' }).waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(LINK)
  })

  it('is selected where the browser lets nothing be copied', async () => {
    await show(page, 'send-half')
    await page.evaluate(() => {
      Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })
    })
    await page.getByRole('button', { name: 'Copy link' }).click()
    await page.getByText('copy it with Ctrl+C').waitFor()
    const selected = await page.getByLabel('Link to share').evaluate((field) => {
      if (!(field instanceof HTMLInputElement)) return undefined
      return field.value.slice(field.selectionStart ?? 0, field.selectionEnd ?? 0)
    })
    expect(selected).toBe(LINK)
  })

  it('takes the focus with its share as soon as there is one', async () => {
    await show(page, 'chosen-one')
    await page.getByRole('button', { name: 'Encrypt and send' }).click()
    const { shareId } = send()
    await draw(app({ sends: [send({ phase: 'preparing' })], lastSend: { sendId: 1, shareId } }))
    const name = await page.locator('send-card h2:focus').textContent()
    expect(name).toBe('Coast 2031')
  })
})

describe('a send that failed', () => {
  it.each([
    ['send-failed-unreadable', ['Remove from this list', 'Stop', 'Try again']],
    ['send-failed-changed', ['Remove from this list']],
  ] as const)('can be given up where it can be gone on with: %s', async (state, words) => {
    await show(page, state)
    const card = page.locator('send-card')
    const buttons = card.getByRole('button', { name: /^(Try again|Stop|Remove)/ })
    expect((await buttons.allInnerTexts()).toSorted()).toEqual(words)
    if (state === 'send-failed-changed') return
    await card.getByRole('button', { name: 'Try again' }).click()
    await card.getByRole('button', { name: 'Stop' }).click()
    const asked = await page.evaluate(() => globalThis.gallery.asked)
    expect(asked.map(({ type }) => type)).toEqual(['continue', 'stop'])
  })
})

describe('what was sent and is no share yet', () => {
  const problem = { title: 'No', detail: '', next: '', canRetry: false }

  it('stays chosen, with all that was set, if it cannot become one', async () => {
    await show(page, 'chosen-member')
    await page.getByLabel('Access code').fill('a wrong one')
    await page.getByText('Options').click()
    await page.getByLabel('Password').fill('correct horse')
    await page.getByRole('button', { name: 'Encrypt and send' }).click()
    const button = page.getByRole('button', { name: 'Making the link…' })
    expect(await button.isEnabled()).toBe(false)
    // Of an earlier try: it says nothing about this one.
    await draw(app({ sendProblem: problem, lastSend: refused(0) }))
    expect(await button.count()).toBe(1)
    await draw(app({ sendProblem: problem, lastSend: refused(1) }))
    expect(await page.getByLabel('Password').inputValue()).toBe('correct horse')
    await page.getByRole('button', { name: 'Encrypt and send' }).click()
    await draw(app({ sends: [send()], lastSend: { sendId: 2, shareId: send().shareId } }))
    expect(await page.locator('send-form').count()).toBe(0)
    const asked = await page.evaluate(() => globalThis.gallery.asked)
    expect(asked).toMatchObject([
      { sendId: 1, options: { accessCode: 'a wrong one' } },
      { sendId: 2, options: { accessCode: undefined } },
    ])
  })

  it('is kept out of a country that was not ticked, whatever seeds come and go', async () => {
    await show(page, 'chosen-options')
    const iceland = page.getByRole('checkbox', { name: 'Iceland' })
    await iceland.uncheck()
    for (const snapshot of [without('DE'), without('IS', 'US'), app({ network: wideNetwork })]) {
      await draw(snapshot)
      const boxes = page.getByRole('checkbox', { name: /^(Germany|New Zealand|Switzerland)/ })
      for (const box of await boxes.all()) expect(await box.isChecked()).toBe(true)
      expect(await iceland.isChecked()).toBe(false)
    }
    await draw(without('IS'))
    await page.getByRole('button', { name: 'Encrypt and send' }).click()
    const asked = await page.evaluate(() => globalThis.gallery.asked)
    expect(asked.at(-1)).toMatchObject({ options: { denied: ['IS'] } })
  })

  it('lets go of nothing that was chosen meanwhile', async () => {
    await show(page, 'chosen-one')
    await page.getByRole('button', { name: 'Encrypt and send' }).click()
    await page.evaluate(() => {
      const clipboardData = new DataTransfer()
      clipboardData.items.add(new File(['later'], 'later.txt'))
      document.body.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, clipboardData }))
    })
    await draw(app({ sends: [send()], lastSend: { sendId: 1, shareId: send().shareId } }))
    expect(await page.locator('send-form li bdi').allTextContents()).toEqual(['later.txt'])
  })

  it('can be changed no more, and can again once it is refused', async () => {
    await show(page, 'chosen-folder')
    await page.getByRole('button', { name: 'Encrypt and send' }).click()
    const buttons = page.getByRole('button', { name: /^(Leave out|Start over)/ })
    const areEnabled = async (): Promise<Set<boolean>> =>
      new Set(await Promise.all((await buttons.all()).map((button) => button.isEnabled())))
    expect(await areEnabled()).toEqual(new Set([false]))
    await draw(app({ sendProblem: problem, lastSend: refused(1) }))
    expect(await areEnabled()).toEqual(new Set([true]))
  })

  it('is told from other shares that come and go meanwhile', async () => {
    const others = ['b', 'c', 'd'].map((digit) => send({ shareId: digit.repeat(40) }))
    await show(page, 'chosen-one')
    await draw(app({ sends: others.slice(0, 2) }))
    await page.getByRole('button', { name: 'Encrypt and send' }).click()
    // One that was unfinished goes on.
    await draw(app({ sends: others }))
    expect(await page.getByRole('button', { name: 'Making the link…' }).count()).toBe(1)
    const sends = [...others.slice(2), send()]
    await draw(app({ sends, lastSend: { sendId: 1, shareId: send().shareId } }))
    expect(await page.locator('send-form').count()).toBe(0)
    expect(await page.locator('send-card h2:focus').count()).toBe(1)
  })

  it('is not taken for sent while another share goes on', async () => {
    await show(page, 'chosen-one')
    await draw(app({ unfinished: [unfinished({ hasFiles: true })] }))
    await page.getByRole('button', { name: 'Encrypt and send' }).click()
    await page.getByRole('button', { name: 'Go on' }).click()
    await draw(app({ sends: [send()] }))
    expect(await page.locator('send-card h2:focus').count()).toBe(1)
    expect(await page.getByRole('button', { name: 'Making the link…' }).count()).toBe(1)
  })
})

describe('progress', () => {
  it('counts each byte once', async () => {
    await show(page, 'start')
    await draw(app({ sends: [send({ frontier: frontier(100 * MB, [0.8, 0.6, 0.5]) })] }))
    const words = await page.locator('durability-frontier li').allTextContents()
    expect(words.map((text) => text.trim())).toEqual([
      '50.0 MB safe',
      '10.0 MB on one seed',
      '40.0 MB only in this page',
    ])
    const bar = page.getByRole('progressbar', { name: 'How much of this share is safe' })
    expect(await bar.getAttribute('aria-valuetext')).toBe('50.0 MB of 100 MB safe')
  })

  it('of one share never lets a page be closed that another still needs', async () => {
    const stored = send({ phase: 'stored', canClose: true, shareId: 'b'.repeat(40) })
    await show(page, 'start')
    await draw(app({ sends: [stored, send()] }))
    expect(await page.getByText('You can close this page').count()).toBe(0)
    await draw(app({ sends: [stored] }))
    expect(await page.getByText('You can close this page').count()).toBe(1)
  })
})

it('offers to pass on nothing of a share that failed', async () => {
  await show(page, 'send-half')
  expect(await page.locator('send-card swarm-panel').count()).toBe(1)
  await show(page, 'send-failed-changed')
  await page.getByText('A file changed while it was being sent').waitFor()
  expect(await page.locator('send-card swarm-panel').count()).toBe(0)
})

it('shows who is connected, with its switch, while a password is asked for, and asks nothing else', async () => {
  await show(page, 'swarm-password')
  expect(await page.locator('swarm-panel').getByRole('switch').count()).toBe(1)
  await show(page, 'swarm-password-asked')
  expect(await page.locator('swarm-panel').count()).toBe(0)
})

it('puts the focus back into the field when a password was wrong', async () => {
  await show(page, 'receive-password-trying')
  const asking = receive({ phase: 'password', passwordWrong: true, entries: [], custody: [] })
  await draw(app({ receive: asking }))
  expect(await page.locator('password-form input:focus').count()).toBe(1)
  expect(await page.getByText('That password does not open it').count()).toBe(1)
})

describe('a share whose sender has not finished', () => {
  it.each([
    ['receive-live', 'good', 'The sender is still uploading.'],
    ['receive-live-quiet', 'warning', 'The sender has not finished, and may be away.'],
  ] as const)('says so, and how old the news is: %s', async (state, look, words) => {
    await show(page, state)
    const notice = page.locator('receive-view .notice')
    const said = (await notice.textContent())?.replaceAll(/\s+/g, ' ').trim()
    expect(said).toMatch(new RegExp(`^${words} .* Last news: \\d.*\\.$`))
    const isGood = await notice.evaluate((element) => element.classList.contains('good'))
    expect(isGood ? 'good' : 'warning').toBe(look)
  })
})

describe('a share of many files', () => {
  const flat = Array.from({ length: 5000 }, (_, i) => entry(`file ${i + 1}.txt`, 1000))

  it('draws a hundred, and more when asked', async () => {
    await show(page, 'receive-one')
    await draw(app({ receive: receive({ entries: flat }) }))
    const rows = page.locator('folder-view li')
    expect(await rows.count()).toBe(100)
    await page.getByRole('button', { name: 'Show 500 more' }).click()
    expect(await rows.count()).toBe(600)
    await page.locator('folder-view li[data-row="100"] button:focus').waitFor()
  })

  it('finds a file by its name', async () => {
    await show(page, 'receive-many')
    await page.getByLabel('Find a file by its name').fill('FERRY 4994')
    expect(await page.locator('folder-view li').allTextContents()).toMatchObject([
      expect.stringContaining('Coast 2031/May 50/ferry 4994.jpg'),
    ])
    await page.getByRole('button', { name: 'Save Coast 2031/May 50/ferry 4994.jpg' }).click()
    const asked = await page.evaluate(() => globalThis.gallery.asked)
    expect(asked).toMatchObject([{ target: { kind: 'file', entry: 4993 } }])
    await page.getByLabel('Find a file by its name').fill('no such file')
    await page.getByText('No file has that in its name').waitFor()
  })

  it('keeps the open folder while snapshots come', async () => {
    await show(page, 'receive-deep')
    await page.getByRole('button', { name: '2031', exact: true }).click()
    await page.getByRole('button', { name: 'South pier', exact: true }).click()
    const names = async (): Promise<string[]> =>
      (await page.locator('folder-view li .name').allTextContents()).map((name) => name.trim())
    expect(await names()).toEqual(['empty', 'survey.csv'])
    await page.evaluate(() => {
      const element = document.querySelector('skerry-app')
      if (element !== null) element.snapshot = structuredClone(element.snapshot)
    })
    expect(await names()).toEqual(['empty', 'survey.csv'])
    await page.getByRole('button', { name: 'All files' }).click()
    expect(await names()).toEqual(['Plans'])
  })
})
