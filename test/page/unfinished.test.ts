import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeRandomFile } from '../scenario/files.ts'
import { PageWorld } from './page-world.ts'
import type { Tab } from './tab.ts'

const DAY_MS = 86_400_000

let world: PageWorld

beforeAll(async () => {
  world = await PageWorld.start()
})
afterAll(async () => {
  world.network.signalSeeds('SIGCONT')
  await world[Symbol.asyncDispose]()
})

it('a tab that lists an unfinished share touches nothing of it that another has gone on with since', async () => {
  const path = world.path('in', 'large.bin')
  await writeRandomFile(path, 1_000_000)
  await using one = await world.visit()
  world.network.signalSeeds('SIGSTOP')
  const link = await one.chooseAndSend(path)
  await one.reload()
  await one.untilSaid('Not finished yet')
  const two = await one.another(world.network.url)
  await two.untilSaid('Not finished yet')
  await one.resume(path)

  await two.page.getByRole('button', { name: 'Forget it' }).click()
  await two.untilSaid('Another tab is sending this share')
  await expect.poll(() => two.page.locator('unfinished-card').count()).toBe(0)

  await one.reload()
  await one.untilSaid('Not finished yet')
  world.network.signalSeeds('SIGCONT')
  await two.resume(path)
  await two.untilStored()
  expect(await two.link()).toBe(link)

  await one.page.locator('unfinished-card input#files').setInputFiles(path)
  await one.untilSaid('This share is no longer unfinished')
  await expect.poll(() => one.page.locator('unfinished-card').count()).toBe(0)
  expect([...one.complaints, ...two.complaints]).toEqual([])
})

it('an unfinished share that is forgotten while it is being gone on with is forgotten, and not sent', async () => {
  await using sender = await world.visit()
  world.network.signalSeeds('SIGSTOP')
  await sender.page.evaluate(pasteNotes)
  await sender.send()
  await sender.reload()
  await sender.untilSaid('Not finished yet')
  await sender.page.evaluate(goOnAndForget)
  const later = Date.now() + DAY_MS
  await expect.poll(() => moveExpiry(sender, later)).toBe(0)
  const cards = sender.page.locator('send-card, unfinished-card')
  await expect.poll(() => cards.count()).toBe(0)
  world.network.signalSeeds('SIGCONT')
  expect(sender.complaints).toEqual([])
})

it('an unfinished share that has expired says so, and is forgotten with its keys a day later', async () => {
  const path = world.path('in', 'other.bin')
  await writeRandomFile(path, 1_000_000)
  await using sender = await world.visit()
  world.network.signalSeeds('SIGSTOP')
  await sender.chooseAndSend(path)
  await sender.reload()
  await sender.untilSaid('Not finished yet')

  expect(await moveExpiry(sender, Date.now() - 1000)).toBe(1)
  await sender.reload()
  await sender.untilSaid('It has expired')
  const card = sender.page.locator('unfinished-card')
  expect(await card.getByRole('button').allInnerTexts()).toEqual(['Forget it'])
  await sender.drop(path)
  expect(await sender.page.getByRole('button', { name: 'Encrypt and send' }).count()).toBe(1)

  const longAgoMs = Date.now() - DAY_MS - 1000
  await moveExpiry(sender, longAgoMs)
  await sender.reload()
  await expect.poll(() => moveExpiry(sender, longAgoMs)).toBe(0)
  expect(await card.count()).toBe(0)
  expect(sender.complaints).toEqual([])
})

/** Runs in the page. */
function pasteNotes(): void {
  const clipboardData = new DataTransfer()
  clipboardData.items.add(new File(['notes'], 'notes.txt', { lastModified: 1 }))
  document.body.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, clipboardData }))
}

/** Runs in the page: presses one after the other, as soon as the first is on its way. */
function goOnAndForget(): void {
  const app = document.querySelector('skerry-app')
  const shareId = app?.snapshot?.unfinished[0]?.shareId
  const file = new File(['notes'], 'notes.txt', { lastModified: 1 })
  const files = [{ path: 'notes.txt', file, size: 5 }]
  const ask = (message: object): void =>
    void app?.dispatchEvent(Object.assign(new Event('ask-worker'), { message }))
  ask({ type: 'resume', shareId, files })
  setTimeout(() => ask({ type: 'forget', shareId }))
}

/** Has every upload that the browser keeps expire then. @returns How many there are. */
function moveExpiry(tab: Tab, expiresAtMs: number): Promise<number> {
  return tab.page.evaluate(setExpiry, expiresAtMs)
}

/** Runs in the page. */
function setExpiry(atMs: number): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>()
  const opening = indexedDB.open('skerry-sends')
  opening.onsuccess = () => {
    const transaction = opening.result.transaction('journals', 'readwrite')
    const walking = transaction.objectStore('journals').openCursor()
    let count = 0
    walking.onsuccess = () => {
      const kept: unknown = walking.result?.value
      if (typeof kept !== 'object' || kept === null || !('journal' in kept)) return
      const journal = String(kept.journal).replace(/"expiresAtMs":\d+/, `"expiresAtMs":${atMs}`)
      walking.result?.update({ ...kept, journal })
      count += 1
      walking.result?.continue()
    }
    transaction.oncomplete = () => {
      opening.result.close()
      resolve(count)
    }
  }
  return promise
}
