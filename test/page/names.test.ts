import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { safePath, safePaths } from '../../protocol/safe-path.ts'
import { hostilePaths } from '../scenario/hostile-paths.ts'
import { hostileNames } from '../ui/gallery/hostile-names.ts'
import { PageWorld } from './page-world.ts'
import { readZip } from './read-zip.ts'
import { sendFromMemory, textOf } from './send-from-memory.ts'
import type { Tab } from './tab.ts'

/** All that an index can hold, twice: no two of them may end up in one file. */
const paths = [...hostileNames, ...hostilePaths, ...hostilePaths].filter(
  (path) => path !== '' && path.length <= 1000 && path.split('/').length <= 32,
)
/** As they are on a disk of any kind. */
const safe = safePaths(paths, { twins: 'rename', windows: true })
/** Saved by themselves, which takes a while each. */
const many = [...overRange(hostileNames, 12), ...overRange(hostilePaths, 12)]
const few = [...overRange(hostileNames, 6), ...overRange(hostilePaths, 6)]

let world: PageWorld
let link = ''

beforeAll(async () => {
  world = await PageWorld.start()
  link = await sendFromMemory(world.network.url, { paths })
})
afterAll(() => world[Symbol.asyncDispose]())

/** So many of them at most, from the first to the last; no empty folder, which nothing saves by itself. */
function overRange(names: readonly string[], count: number): string[] {
  const files = names.filter((name) => paths.includes(name) && !name.endsWith('/'))
  return files.filter((_, i) => i % Math.ceil(files.length / count) === 0)
}

/** Nothing ran, nothing was refused because something tried, and no name is in the title. */
async function expectQuiet(tab: Tab): Promise<void> {
  const found = await tab.page.evaluate(() => ({
    wasHit: Object.hasOwn(globalThis, 'wasHit'),
    // A save begins in a frame of ours.
    frames: [...document.querySelectorAll('iframe')].filter(
      (frame) => !/^\/save\/[\da-f-]{36}$/.test(frame.getAttribute('src') ?? ''),
    ).length,
    title: document.title,
  }))
  expect(found).toMatchObject({ wasHit: false, frames: 0 })
  expect(found.title).toMatch(/Skerry$/)
  expect(tab.complaints).toEqual([])
}

/** Contents by path. */
function expected(): Map<string, string> {
  const files = safe.map((path, i) => [path, textOf(paths[i] ?? '', i)] as const)
  return new Map(files.map(([path, text]) => [path, Buffer.from(text).toString()]))
}

/** As a zip lists it. */
function hashed([path, text]: readonly [string, string]): [string, string] {
  return [path, path.endsWith('/') ? '' : createHash('sha256').update(text).digest('hex')]
}

/** @returns Where it is, and what the browser was told to call it, which has its own way with a name like `__`. */
async function saveBy(tab: Tab, button: string): Promise<{ path: string; name: string }> {
  const [{ path }, answer] = await Promise.all([
    tab.save(tab.page.getByRole('button', { name: button, exact: true })),
    tab.page.context().waitForEvent('response', (response) => {
      return new URL(response.url()).pathname.startsWith('/save/')
    }),
  ])
  const told = await answer.headerValue('content-disposition')
  const [, name = ''] = /^attachment; filename\*=UTF-8''([^\s;]+)$/.exec(told ?? '') ?? []
  return { path, name: decodeURIComponent(name) }
}

describe('B02, B05: a share whose names a stranger chose', () => {
  it('comes out of a zip with names that are safe on every system, each file by itself', async () => {
    await using tab = await world.visit(link)
    const saved = await tab.save()
    expect(readZip(await readFile(saved.path))).toEqual(new Map([...expected()].map(hashed)))
    await expectQuiet(tab)
  })

  it('comes out in a folder in the same way, and nowhere else', async () => {
    await using tab = await world.visit(link)
    await tab.untilSaid(/Save all as a zip/)
    await tab.saveIntoFolder('target')
    await tab.untilSaid(/every byte checked/)
    expect(new Map(await tab.readFolder('target'))).toEqual(expected())
    // The page keeps sealed chunks in one of its own.
    const names = await tab.folderNames()
    expect(names.filter((name) => name !== 'chunks')).toEqual(['target'])
    await expectQuiet(tab)
  })

  it('is searched, opened and saved one by one without anything of it running', async () => {
    await using tab = await world.visit(link)
    await tab.untilSaid(/Save all as a zip/)
    for (const path of many) {
      const place = paths.indexOf(path)
      const shown = safe[place] ?? ''
      await tab.page.getByLabel('Find a file by its name').fill(shown)
      const saved = await saveBy(tab, `Save ${shown}`)
      expect(saved.name).toBe(shown.split('/').at(-1))
      expect(await readFile(saved.path)).toEqual(Buffer.from(textOf(path, place)))
    }
    await expectQuiet(tab)
  })

  it('comes out of a zip of each of its folders, and nothing else with it', async () => {
    await using tab = await world.visit(link)
    await tab.untilSaid(/Save all as a zip/)
    const files = [...expected()]
    const folders = safe.filter((path) => /\/./.test(path)).map((path) => path.split('/')[0] ?? '')
    expect(new Set(folders).size).toBeGreaterThan(10)
    for (const folder of new Set(folders)) {
      const inside = files.filter(([path]) => path.startsWith(`${folder}/`))
      const saved = await saveBy(tab, `Save the folder ${folder} as a zip`)
      expect(saved.name).toBe(`${folder}.zip`)
      expect(readZip(await readFile(saved.path))).toEqual(new Map(inside.map(hashed)))
    }
    await expectQuiet(tab)
  })

  it('is saved as its only file where it has one', async () => {
    const { url } = world.network
    const links = await Promise.all(few.map((path) => sendFromMemory(url, { paths: [path] })))
    await using tab = await world.visit()
    for (const [i, path] of few.entries()) {
      const one = await tab.another(links[i] ?? '')
      const saved = await saveBy(one, 'Save the file')
      expect(saved.name).toBe(safePath(path, { windows: true }).split('/').at(-1))
      expect(await readFile(saved.path)).toEqual(Buffer.from(textOf(path, 0)))
      await expectQuiet(one)
      await one.page.close()
    }
  })

  it('is sent from such files, listed after a reload, and called by them only where people read', async () => {
    const names = hostileNames.filter(
      (name) => !name.includes('/') && Buffer.byteLength(name) <= 255,
    )
    const files = names.map((name) => world.path('hostile', name))
    await mkdir(world.path('hostile'), { recursive: true })
    for (const [i, file] of files.entries()) await writeFile(file, `content of ${i}`)
    await using sender = await world.visit()
    const [first = ''] = files
    await sender.chooseAndSend(first)
    await sender.untilStored()
    await sender.chooseAndSend(files)
    await sender.untilStored()
    await expectQuiet(sender)
    // One that cannot be stored is there after a reload.
    using stopped = new DisposableStack()
    stopped.defer(() => world.network.signalSeeds('SIGCONT'))
    process.kill(world.network.seed(0).pid, 'SIGSTOP')
    await sender.chooseAndSend(first)
    await sender.reload()
    await sender.untilSaid('Not finished yet')
    world.network.signalSeeds('SIGCONT')
    await expectQuiet(sender)
    await sender.resume(first)
    await sender.untilStored()
    await expectQuiet(sender)
  })
})
