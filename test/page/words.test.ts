import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeRandomFile } from '../scenario/files.ts'
import { TestNetwork } from '../e2e/network.ts'
import { openFolderPicker } from './folder-picker.ts'
import { PageWorld, visitorOptions } from './page-world.ts'
import { Tab } from './tab.ts'
import { announceFromMemory, linkFromMemory, sendFromMemory } from './send-from-memory.ts'

declare global {
  var told: string[]
}

let world: PageWorld

beforeAll(async () => {
  world = await PageWorld.start()
})
afterAll(() => world[Symbol.asyncDispose]())

/** Opens a link and waits for words; whatever the page says, it never breaks. */
async function expectSaid(link: string, words: string | RegExp): Promise<void> {
  await using tab = await world.visit(link)
  await tab.untilSaid(words)
  expect(tab.complaints).toEqual([])
}

describe('the page says in words what is wrong with a link', () => {
  it('that was cut off, or has a letter wrong', async () => {
    const link = await sendFromMemory(world.network.url, { paths: ['a.txt'] })
    const words = 'This link does not work as it is'
    await expectSaid(link.slice(0, -7), words)
    const at = link.length - 20
    const other = link[at] === 'A' ? 'B' : 'A'
    await expectSaid(`${link.slice(0, at)}${other}${link.slice(at + 1)}`, words)
    await expectSaid(`${world.network.url}/#hello`, words)
  })

  it('that a program mangled, by repairing it', async () => {
    const link = await sendFromMemory(world.network.url, { paths: ['mangled.txt'] })
    await using tab = await world.visit(link.replace('#', '%23'))
    await tab.untilSaid('mangled.txt')
    expect(tab.page.url()).toBe(link)
    expect(await tab.page.title()).toBe('Skerry')
  })

  it('that was made on another network', async () => {
    await using other = await TestNetwork.start()
    const link = await sendFromMemory(other.url, { paths: ['elsewhere.txt'] })
    await using tab = await world.visit(link.replace(other.url, world.network.url))
    // It may have been made a moment ago: whoever comes early waits, and is told for what.
    await tab.untilSaid('No seed knows these files yet')
    await tab.untilSaid('another network')
    expect(tab.complaints).toEqual([])
  })

  it('whose files nobody has begun to send: who comes early and asks seeds only waits, and then they are there', async () => {
    const { link, send } = await linkFromMemory(world.network.url, { paths: ['early.txt'] })
    await using tab = await world.visit(link)
    await tab.untilSaid('may not have begun')
    await tab.answer('No, seeds only')
    await tab.untilSaid('may not have begun')
    await send()
    await tab.untilSaid('early.txt')
    expect(tab.complaints).toEqual([])
  })

  it('whose share has expired, also when it does while somebody looks at it', async () => {
    const endMs = Date.now() + 31_000
    const link = await sendFromMemory(world.network.url, {
      paths: ['old.txt'],
      expiresInMs: 30_000,
    })
    await using tab = await world.visit(link)
    await tab.untilSaid('old.txt')
    const choose = await openFolderPicker(tab.page)
    await new Promise((resolve) => setTimeout(resolve, endMs - Date.now()))
    await tab.page.getByRole('button', { name: 'Save the file' }).click()
    await tab.untilSaid('This share has expired')
    // The person has been choosing a folder meanwhile.
    await choose('late')
    await tab.untilHeard()
    expect(await tab.page.getByText('This share has expired').count()).not.toBe(0)
    await expectSaid(link, 'This share has expired')
  })

  it('that deletes and extends, and is not for reading', async () => {
    await using sender = await world.visit()
    const path = world.path('words', 'owned.bin')
    await writeRandomFile(path, 1000)
    await sender.chooseAndSend(path)
    await sender.untilStored()
    await sender.page.getByText('Delete or extend it later').click()
    const owner = await sender.page.getByLabel('Owner link, keep it secret').inputValue()
    await expectSaid(owner, 'This is not a link to read files with')
  })
})

it('the page takes a right password as right also while nothing of the share is there', async () => {
  const sent = { paths: ['a.txt'], password: 'the right one' }
  await using tab = await world.visit(await announceFromMemory(world.network.url, sent))
  await tab.page.getByLabel('These files need a password').fill('the right one')
  await tab.page.getByRole('button', { name: 'Open the files' }).click()
  await tab.untilSaid('Looking for these files')
  expect(tab.complaints).toEqual([])
})

describe('the page says in words what this browser cannot do', () => {
  it('where it refuses service workers', async () => {
    const link = await sendFromMemory(world.network.url, { paths: ['kept.txt'] })
    const context = await world.browser.newContext(visitorOptions)
    // As browsers do where they keep nothing of a page.
    await context.addInitScript(() => {
      navigator.serviceWorker.register = () => Promise.reject(new DOMException('', 'SecurityError'))
    })
    await using tab = await Tab.open(context, link)
    await tab.page.getByRole('button', { name: 'Save the file' }).click()
    await tab.untilSaid('This browser cannot save it here')
    expect(tab.complaints).toEqual([])
  })
})

it('the page takes somebody to be there who moves the pointer, and nobody where the browser only tells where it rests', async () => {
  await using tab = await world.visit('about:blank')
  await tab.page.addInitScript(recordTold)
  await tab.page.goto(world.network.url)
  await tab.untilSaid('Drop files')
  expect(await toldAfterMove(tab, 0)).not.toContain('attended')
  expect(await toldAfterMove(tab, 3)).toContain('attended')
})

/** What the page has told its worker so far. */
async function toldAfterMove({ page }: Tab, movementX: number): Promise<readonly string[]> {
  return page.evaluate((x) => {
    dispatchEvent(new PointerEvent('pointermove', { movementX: x }))
    return globalThis.told
  }, movementX)
}

/** Runs in the page before its scripts. */
function recordTold(): void {
  globalThis.told = []
  const { prototype } = Worker
  const own = Object.getOwnPropertyDescriptor(prototype, 'postMessage')
    ?.value as Worker['postMessage']
  prototype.postMessage = function post(this: Worker, ...given: unknown[]) {
    const [message] = given
    if (typeof message === 'object' && message !== null && 'type' in message)
      globalThis.told.push(String(message.type))
    Reflect.apply(own, this, given)
  }
}
