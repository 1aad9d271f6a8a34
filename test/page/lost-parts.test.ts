import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assert } from '../../protocol/errors.ts'
import { writeRandomFile } from '../scenario/files.ts'
import { openFolderPicker } from './folder-picker.ts'
import { PageWorld } from './page-world.ts'
import { sendFromMemory } from './send-from-memory.ts'
import { Tab } from './tab.ts'

const BYTES = 24 * 1024 * 1024

/** What a person's settings can do to the worker of a page. */
const blockKeeping = `Object.defineProperty(self, 'indexedDB', {
  get() { throw new DOMException('Blocked.', 'SecurityError') },
});`

let world: PageWorld
let path = ''

beforeAll(async () => {
  world = await PageWorld.start()
  path = world.path('in', 'large.bin')
  await writeRandomFile(path, BYTES)
})
afterAll(() => world[Symbol.asyncDispose]())

describe('a page that lacks something', () => {
  it('says nothing of what was left unfinished while the part that goes on with it does not load, and works', async () => {
    await using sender = await world.visit(world.network.url, { serviceWorkers: 'block' })
    await sender.chooseAndSend(path, { pauseAt: BYTES / 8 })
    await sender.page.context().route(/send-desk/, (route) => route.abort())
    const isLacking = sender.page.waitForEvent('requestfailed', (request) =>
      request.url().includes('send-desk'),
    )
    await sender.reload()
    await isLacking
    await sender.choose(path)
    await sender.untilSaid('Encrypt and send')
    expect(await sender.page.locator('crash-note').count()).toBe(0)
    expect(sender.complaints).toEqual([])
  })

  it('stores what it sends though the browser keeps nothing new of the network', async () => {
    await using sender = await world.visit()
    await sender.chooseAndSend(path, { pauseAt: BYTES / 8 })
    const asked = sender.page.waitForResponse(/v1\/network/)
    await keepNothing(sender, ['networks'])
    await asked
    await sender.continue()
    await sender.untilStored()
    expect(await sender.page.locator('crash-note').count()).toBe(0)
    expect(sender.complaints).toEqual([])
  })

  it('says so when the browser keeps nothing of a share that it sends, and goes on once however often that is pressed', async () => {
    await using sender = await world.visit()
    await sender.choose(path)
    await keepNothing(sender, ['journals'])
    await sender.send()
    await sender.untilSaid('There is no room on this device')
    await keepNothing(sender, [])
    await sender.page.getByRole('button', { name: 'Try again' }).dblclick()
    await sender.untilStored()
    expect(await sender.page.getByText('Another tab').count()).toBe(0)
    expect(sender.complaints).toEqual([])
  })

  it('says so when the browser lets nothing be kept at all, and does not crash', async () => {
    const context = await world.browser.newContext()
    await context.route(/\/worker[^/]*\.js$/, async (route) => {
      const response = await route.fetch()
      await route.fulfill({ response, body: `${blockKeeping}${await response.text()}` })
    })
    await using sender = await Tab.open(context, world.network.url)
    await sender.chooseAndSend(path)
    await sender.untilSaid('There is no room on this device')
    expect(await sender.page.locator('crash-note').count()).toBe(0)
    expect(sender.complaints).toEqual([])
  })

  it('says so when the browser cannot remember what it sees of a share', async () => {
    await using sender = await world.visit()
    const link = await sender.chooseAndSend(path, { pauseAt: BYTES / 8 })
    await using recipient = await world.visit(link)
    await recipient.untilSaid('Save the file')
    await keepNothing(recipient, ['checkpoints'])
    await sender.continue()
    await recipient.untilSaid('There is no room on this device')
    expect(recipient.complaints).toEqual([])
  })
})

it('who keeps a share is said to be missing while what shows it does not load, and is shown once it does', async () => {
  const link = await sendFromMemory(world.network.url, { paths: ['kept.txt'] })
  await using recipient = await world.visit(link)
  await recipient.untilSaid('Save the file')
  const context = recipient.page.context()
  await context.route(/custody-seeds/, (route) => route.abort())
  const summary = recipient.page.getByText('Who keeps it')
  await summary.click()
  await recipient.untilSaid('This part of the page could not be loaded')
  await context.unroute(/custody-seeds/)
  await summary.click()
  await summary.click()
  await expect.poll(() => recipient.page.locator('custody-panel li').count()).toBe(2)
  expect(recipient.complaints).toEqual([])
})

describe('a page without its service worker', () => {
  it('that does not come saves into a folder all the same, and says of a file why it cannot', async () => {
    const link = await sendFromMemory(world.network.url, {
      paths: ['no stream.txt'],
      text: 'whole',
    })
    await using recipient = await visitWithout('answer', link)
    await recipient.untilSaid('Save the file')
    await recipient.saveIntoFolder('no stream')
    await recipient.page.getByRole('button', { name: 'Save the file' }).click()
    await recipient.untilSavesDone(1)
    expect(await recipient.readFolder('no stream')).toEqual([['no stream.txt', 'whole']])
    await recipient.untilSaid('hands files to the browser did not load')
    expect(recipient.complaints).toEqual([])
  })

  it('shows and stops the save into a folder that ran when a file was refused', async () => {
    const link = await sendFromMemory(world.network.url, { paths: ['one.txt', 'two.txt'] })
    await using recipient = await visitWithout('success', link)
    await recipient.untilSaid('Save all')
    await recipient.page.workers()[0]?.evaluate(() => {
      Object.assign(FileSystemFileHandle.prototype, { createWritable: () => new Promise(() => {}) })
    })
    await recipient.saveIntoFolder('first')
    await recipient.page.getByRole('button', { name: 'Save all' }).click()
    await recipient.untilSaid('Check your connection')
    await recipient.saveIntoFolder('second')
    await recipient.untilHeard()
    const stops = recipient.page.getByRole('button', { name: 'Stop' })
    await expect.poll(() => stops.count()).toBe(2)
    await stops.first().click()
    await expect.poll(() => stops.count()).toBe(1)
    await recipient.untilSaid('Stopped')
  })
})

describe('a folder that is saved into', () => {
  it('may not be chosen after all: nothing is saved or said to be wrong, and the next one is', async () => {
    const link = await sendFromMemory(world.network.url, { paths: ['chosen.txt'], text: 'whole' })
    await using recipient = await world.visit(link)
    await recipient.untilSaid('Save the file')
    const choose = await openFolderPicker(recipient.page)
    await choose()
    await recipient.untilHeard()
    expect(await recipient.page.locator('save-row, problem-note, crash-note').count()).toBe(0)
    await recipient.saveIntoFolder('chosen')
    await recipient.untilSavesDone(1)
    expect(await recipient.page.locator('save-row').count()).toBe(1)
    expect(await recipient.readFolder('chosen')).toEqual([['chosen.txt', 'whole']])
    expect(recipient.complaints).toEqual([])
  })

  it('is let go of where the person stops before all of it was looked at', async () => {
    const link = await sendFromMemory(world.network.url, { paths: ['early.txt'] })
    await using recipient = await world.visit(link)
    await recipient.untilSaid('Save the file')
    const [worker] = recipient.page.workers()
    await worker?.evaluate(() => {
      const { prototype } = FileSystemDirectoryHandle
      const real: unknown = Reflect.get(prototype, 'getFileHandle')
      const released = new Promise((resolve) => addEventListener('release', resolve))
      Object.assign(prototype, {
        async getFileHandle(this: FileSystemDirectoryHandle, ...given: unknown[]) {
          await released
          const found: unknown = typeof real === 'function' && Reflect.apply(real, this, given)
          return found
        },
      })
    })
    await recipient.saveIntoFolder('early')
    await recipient.page.getByRole('button', { name: 'Stop' }).click()
    await worker?.evaluate(() => dispatchEvent(new Event('release')))
    await recipient.untilHeard()
    await recipient.untilSaid('Stopped')
    expect(await recipient.page.locator('problem-note').count()).toBe(0)
    expect(recipient.complaints).toEqual([])
  })

  it('on a disk that gets full is said to have no room', async () => {
    await using sender = await world.visit()
    const link = await sender.chooseAndSend(path)
    await sender.untilStored()
    await using recipient = await world.visit(link)
    await recipient.untilSaid('Save the file')
    await recipient.limitStorage(BYTES / 4)
    await recipient.saveIntoFolder('full')
    await recipient.untilSaid('There is no room on this device')
    await recipient.untilSaid('The disk is full. Files that were complete stay where they are.')
    expect(recipient.complaints).toEqual([])
  })

  it('is gone on with after a save that was cut off, which leaves an empty file', async () => {
    const link = await sendFromMemory(world.network.url, { paths: ['cut off.txt'], text: 'whole' })
    await using recipient = await world.visit(link)
    await recipient.page.evaluate(async () => {
      const root = await navigator.storage.getDirectory()
      const folder = await root.getDirectoryHandle('cut off', { create: true })
      await folder.getFileHandle('cut off.txt', { create: true })
    })
    await recipient.untilSaid('Save the file')
    await recipient.saveIntoFolder('cut off')
    await recipient.untilSavesDone(1)
    expect(await recipient.readFolder('cut off')).toEqual([['cut off.txt', 'whole']])
  })

  it.each([
    ['a folder', 'a file', 'taken.txt/', 'taken.txt'],
    ['a file', 'a folder', 'taken', 'taken/inside.txt'],
  ])('with %s of the name that %s is to have is left as it is', async (_a, _b, there, sent) => {
    const link = await sendFromMemory(world.network.url, { paths: [sent], text: 'whole' })
    await using recipient = await world.visit(link)
    await recipient.page.evaluate(async (name) => {
      const root = await navigator.storage.getDirectory()
      const folder = await root.getDirectoryHandle('taken', { create: true })
      const isFolder = name.endsWith('/')
      if (isFolder) await folder.getDirectoryHandle(name.slice(0, -1), { create: true })
      else await folder.getFileHandle(name, { create: true })
    }, there)
    await recipient.untilSaid('Save the file')
    await recipient.saveIntoFolder('taken')
    await recipient.untilSaid('That folder has such a file already')
    expect(await recipient.readFolder('taken')).toEqual([[there, '']])
  })

  it('that may not be written to is said to be one', async () => {
    const link = await sendFromMemory(world.network.url, { paths: ['refused.txt'] })
    await using recipient = await world.visit(link)
    await recipient.untilSaid('Save the file')
    await recipient.page.workers()[0]?.evaluate(() => {
      Object.assign(FileSystemFileHandle.prototype, {
        createWritable(): never {
          throw new DOMException('As the test wants.', 'NotAllowedError')
        },
      })
    })
    await recipient.saveIntoFolder('refused')
    await recipient.untilSaid('may not write to this folder')
    await recipient.untilSaid('choose another folder')
    expect(recipient.complaints).toEqual([])
  })
})

/** Opens a link where asking for the service worker has no answer, or no success. */
async function visitWithout(lack: 'answer' | 'success', link: string): Promise<Tab> {
  const context = await world.browser.newContext()
  await context.addInitScript((wanted) => {
    navigator.serviceWorker.register = () =>
      wanted === 'answer' ? new Promise(() => {}) : Promise.reject(new TypeError('No script.'))
  }, lack)
  return Tab.open(context, link)
}

/** From now on the browser has no room for what the page's worker would keep in these places. */
async function keepNothing(tab: Tab, places: readonly string[]): Promise<void> {
  const [worker] = tab.page.workers()
  assert(worker !== undefined, 'a page with its worker')
  await worker.evaluate((names) => {
    const { prototype } = IDBObjectStore
    const put: unknown = Reflect.get(prototype, 'realPut') ?? Reflect.get(prototype, 'put')
    Object.assign(prototype, {
      realPut: put,
      put(this: IDBObjectStore, ...given: unknown[]): unknown {
        if (names.includes(this.name)) throw new DOMException('No room.', 'QuotaExceededError')
        return typeof put === 'function' ? Reflect.apply(put, this, given) : undefined
      },
    })
    // It looks at the network again.
    dispatchEvent(new Event('online'))
  }, places)
}
