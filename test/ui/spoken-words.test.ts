import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AppSnapshot } from '../../client/worker/snapshot.ts'
import { app, frontier, GB, receive, send } from './gallery/samples.ts'
import { openGallery, show, Site } from './site.ts'

let site: Site
let page: Page

beforeAll(async () => {
  site = await Site.start('gallery')
})
afterAll(() => site[Symbol.asyncDispose]())

async function draw(snapshot: AppSnapshot): Promise<void> {
  await page.evaluate((next) => globalThis.gallery.draw(next), snapshot)
}

/** One share, that far in every respect. */
function sendingAt(part: number): AppSnapshot {
  const reached = frontier(GB, [part, part, part])
  return app({ sends: [send({ frontier: reached, secondsLeft: undefined })] })
}

describe('what is spoken', () => {
  it('is progress every ten seconds at most, and at once what must not wait', async () => {
    page = await openGallery(site)
    // Time that passes only when it is told to.
    await page.clock.install({ time: 0 })
    await page.clock.pauseAt(1000)
    await show(page, 'send-half')
    await draw(sendingAt(0.5))
    const spoken: string[] = []
    for (let step = 1; step <= 25; step += 1) {
      await draw(sendingAt(0.5 + step / 100))
      await page.clock.runFor(1000)
      spoken.push((await page.locator('send-card spoken-words [role=status]').textContent()) ?? '')
    }
    const paused = send({ phase: 'paused', frontier: frontier(GB, [1, 1, 0.75]) })
    await draw(app({ sends: [paused] }))
    spoken.push((await page.locator('send-card spoken-words [role=status]').textContent()) ?? '')
    const said = new Set(spoken.map((words) => /\d+ %/.exec(words)?.[0]))
    expect([...said]).toEqual(['47 %', '60 %', '70 %', '75 %'])
    expect(spoken.at(-1)).toContain('Paused')
  })

  it('is why a share waits, and not how its figures change', async () => {
    page = await openGallery(site)
    await page.clock.install({ time: 0 })
    await page.clock.pauseAt(1000)
    await show(page, 'send-half')
    const spoken = new Set<string | null>()
    for (const percent of [13, 14, 15]) {
      const note = `Reading again what was sent before: ${percent} %`
      await draw(app({ sends: [send({ phase: 'preparing', note })] }))
      spoken.add(await page.locator('send-card spoken-words [role=status]').textContent())
    }
    await draw(app({ sends: [send({ phase: 'preparing', note: 'Asking the seeds.' })] }))
    spoken.add(await page.locator('send-card spoken-words [role=status]').textContent())
    expect([...spoken].map((words) => words?.trim())).toEqual([
      'Keep this page open. Reading again what was sent before: 13 %',
      'Keep this page open. Asking the seeds.',
    ])
  })

  it('is that a share is open, or has a password, when a recipient gets so far', async () => {
    page = await openGallery(site)
    await show(page, 'receive-opening')
    const words = page.locator('receive-view spoken-words [role=status]').first()
    const spoken: (string | null)[] = []
    for (const phase of ['opening', 'password', 'ready'] as const) {
      await draw(app({ receive: receive({ phase }) }))
      spoken.push(await words.textContent())
    }
    expect(spoken.map((text) => text?.trim())).toEqual([
      '',
      'This share has a password.',
      'The share is open.',
    ])
  })
})
