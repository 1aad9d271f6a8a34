import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hashFile, hashTree, writeRandomFile, writeSmallFiles } from '../scenario/files.ts'
import { holdTransfers } from './hold-transfers.ts'
import { PageWorld } from './page-world.ts'
import { readZip } from './read-zip.ts'
import type { Tab } from './tab.ts'

let world: PageWorld

beforeAll(async () => {
  world = await PageWorld.start()
})
afterAll(() => world[Symbol.asyncDispose]())

describe('what is sent from the page', () => {
  it('is saved from its link the same, and the tab says how it goes', async () => {
    const path = world.path('in', 'holiday film.bin')
    await writeRandomFile(path, 20_000_000)
    await using sender = await world.visit()
    const link = await sender.chooseAndSend(path)
    await sender.untilStored()
    await expect.poll(() => sender.page.title()).toBe('Stored · Skerry')
    await using recipient = await world.visit(link)
    const saved = await recipient.save()
    expect(saved.name).toBe('holiday film.bin')
    expect(await hashFile(saved.path)).toBe(await hashFile(path))
    await recipient.untilSaid(/Complete: 20\.0 MB, every byte checked/)
    await expect.poll(() => recipient.page.title()).toBe('Saved · Skerry')
    expect([...sender.complaints, ...recipient.complaints]).toEqual([])
  })

  it('shows its recipient each seed that keeps it, with the receipt and its date, and a piece when asked', async () => {
    const path = world.path('in', 'kept.bin')
    await writeRandomFile(path, 600_000)
    await using sender = await world.visit()
    const link = await sender.chooseAndSend(path)
    await sender.untilStored()
    await using recipient = await world.visit(link)
    await recipient.untilSaid('Save the file')
    const seeds = recipient.page.locator('custody-panel li')
    const saying = (words: RegExp): Promise<number> => seeds.filter({ hasText: words }).count()
    expect(await seeds.count()).toBe(0)
    await recipient.page.getByText('Who keeps it').click()
    await expect.poll(() => saying(/Stored[^]+, signed [^]*\d/)).toBe(2)
    expect([await seeds.count(), await saying(/piece/)]).toEqual([2, 0])
    await recipient.page.getByRole('button', { name: 'Ask each for a random piece' }).click()
    await expect.poll(() => saying(/Stored[^]+Showed a correct piece/)).toBe(2)
    expect([...sender.complaints, ...recipient.complaints]).toEqual([])
  })

  it('may be an empty file', async () => {
    const path = world.path('in', 'nothing.txt')
    await writeFile(path, '')
    await using sender = await world.visit()
    const link = await sender.chooseAndSend(path)
    await sender.untilStored()
    await using recipient = await world.visit(link)
    const saved = await recipient.save()
    expect(saved.name).toBe('nothing.txt')
    expect(await readFile(saved.path)).toHaveLength(0)
    await recipient.untilSaid(/every byte checked/)
  })

  it('may be a folder of 300 files: as a zip it keeps them and their folders', async () => {
    const folder = world.path('many files')
    await writeSmallFiles(folder, 300)
    await using sender = await world.visit()
    await sender.choose(folder, 'folder')
    const link = await sender.send()
    await sender.untilStored()
    await using recipient = await world.visit(link)
    const saved = await recipient.save()
    expect(saved.name).toBe('many files.zip')
    const expected = await hashTree(folder)
    const files = readZip(await readFile(saved.path))
    expect(
      new Map([...files].map(([name, hash]) => [name.replace('many files/', ''), hash])),
    ).toEqual(expected)
    await recipient.untilSaid(/every byte checked/)
    const button = recipient.page.getByLabel('Save the folder folder 1 as a zip')
    const part = await recipient.save(button)
    expect(part.name).toBe('folder 1.zip')
    expect([...readZip(await readFile(part.path))]).toEqual(
      [...files].filter(([name]) => name.startsWith('many files/folder 1/')),
    )
    await recipient.untilSaid('folder 1.zip')
    await recipient.untilSavesDone(2)
    expect([...sender.complaints, ...recipient.complaints]).toEqual([])
  })
})

describe('a password', () => {
  it('is asked for again when it was wrong, and opens the files when it is right', async () => {
    const path = world.path('in', 'secret.txt')
    await writeFile(path, 'what only two people know')
    await using sender = await world.visit()
    const link = await sender.chooseAndSend(path, { password: 'correct horse' })
    await sender.untilStored()
    await using recipient = await world.visit(link)
    const field = recipient.page.locator('password-form input')
    await field.fill('battery staple')
    await recipient.page.getByRole('button', { name: 'Open the files' }).click()
    await recipient.untilSaid('That password does not open it. Check it and try again.')
    expect(await recipient.page.getByText('secret.txt').count()).toBe(0)
    await field.fill('correct horse')
    await recipient.page.getByRole('button', { name: 'Open the files' }).click()
    const saved = await recipient.save()
    expect(await readFile(saved.path, 'utf8')).toBe('what only two people know')
  })
})

async function untilOnlyLeft(tab: Tab): Promise<void> {
  await tab.untilSaid('Not finished yet')
  const titles = await tab.page.locator('unfinished-card').getByText(/\.bin/).allInnerTexts()
  expect(titles).toEqual([expect.stringContaining('left.bin')])
}

describe('two tabs of one browser', () => {
  it('send at once, each its own files, and neither takes the other for unfinished', async () => {
    const paths = [world.path('in', 'one.bin'), world.path('in', 'two.bin')] as const
    const left = world.path('in', 'left.bin')
    await Promise.all([...paths, left].map((path) => writeRandomFile(path, 12_000_000)))
    await using one = await world.visit()
    // Whoever lists this one has looked what is unfinished.
    await one.chooseAndSend(left, { pauseAt: 0 })
    await one.reload()
    await untilOnlyLeft(one)
    const first = await holdTransfers(one.page, 0)
    const links = [await one.chooseAndSend(paths[0])]
    await first.untilSome()
    const two = await one.another(world.network.url)
    await untilOnlyLeft(two)
    const second = await holdTransfers(two.page, 0)
    links.push(await two.chooseAndSend(paths[1]))
    await Promise.all([first.untilSome(), second.untilSome()])
    const third = await one.another(world.network.url)
    await Promise.all([one, two, third].map((tab) => untilOnlyLeft(tab)))
    await Promise.all([first.letGo(), second.letGo()])
    await Promise.all([one.untilStored(), two.untilStored()])
    await Promise.all([one, two, third].map((tab) => untilOnlyLeft(tab)))
    await using recipient = await world.visit(links[0])
    const other = await recipient.another(links[1] ?? '')
    const saved = await Promise.all([recipient.save(), other.save()])
    expect(await Promise.all(saved.map(({ path }) => hashFile(path)))).toEqual(
      await Promise.all(paths.map((path) => hashFile(path))),
    )
  })
})

describe('the page', () => {
  it('goes on once with an unfinished share, though the person presses twice', async () => {
    const path = world.path('in', 'twice.bin')
    await writeRandomFile(path, 24_000_000)
    await using sender = await world.visit()
    await sender.chooseAndSend(path, { pauseAt: 3_000_000 })
    await sender.reload()
    await sender.untilSaid('Not finished yet')
    await sender.page.evaluate(() => {
      const app = document.querySelector('skerry-app')
      let count = 0
      app?.addEventListener('ask-worker', (event) => {
        count += event.message.type === 'resume' ? 1 : 0
        const again: unknown = Reflect.construct(event.constructor, [event.message])
        if (count === 1 && again instanceof Event) app.dispatchEvent(again)
      })
    })
    await sender.resume(path)
    await sender.untilStored()
    expect(await sender.page.locator('problem-note').count()).toBe(0)
    expect(sender.complaints).toEqual([])
  })

  it('asks before it is left only as long as the seeds do not have everything', async () => {
    const path = world.path('in', 'guarded.bin')
    // So much that the pause comes before the end.
    await writeRandomFile(path, 40_000_000)
    await using sender = await world.visit()
    const asked: string[] = []
    sender.page.on('dialog', (dialog) => {
      asked.push(dialog.type())
      void dialog.dismiss()
    })
    const tryToLeave = async (): Promise<void> => {
      await sender.page.evaluate(() => location.assign('/icon.svg')).catch(() => undefined)
    }
    await sender.chooseAndSend(path, { pauseAt: 0 })
    await tryToLeave()
    await expect.poll(() => asked).toEqual(['beforeunload'])
    await sender.continue()
    await sender.untilStored()
    await tryToLeave()
    await sender.page.waitForURL(/icon\.svg$/)
    expect(asked).toEqual(['beforeunload'])
  })
})
