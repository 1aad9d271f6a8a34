import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { safePaths } from '../../protocol/safe-path.ts'
import { hostilePaths } from '../scenario/hostile-paths.ts'
import { hostileNames, scriptNames } from '../ui/gallery/hostile-names.ts'
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

let world: PageWorld
let link = ''

beforeAll(async () => {
  world = await PageWorld.start()
  link = await sendFromMemory(world.network.url, { paths })
})
afterAll(() => world[Symbol.asyncDispose]())

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

describe('B02, B05: a share whose names a stranger chose', () => {
  it('comes out of a zip with names that are safe on every system, each file by itself', async () => {
    await using tab = await world.visit(link)
    const saved = await tab.save()
    const hashes = [...expected()].map(([path, text]): [string, string] => [
      path,
      path.endsWith('/') ? '' : createHash('sha256').update(text).digest('hex'),
    ])
    expect(readZip(await readFile(saved.path))).toEqual(new Map(hashes))
    await expectQuiet(tab)
  })

  it('comes out in a folder in the same way, and nowhere else', async () => {
    await using tab = await world.visit(link)
    await tab.untilSaid(/Save all as a zip/)
    await tab.saveIntoFolder('target')
    await tab.untilSaid(/every byte checked/)
    expect(new Map(await tab.readFolder('target'))).toEqual(expected())
    expect(await tab.folderNames()).toEqual(expect.arrayContaining(['target']))
    await expectQuiet(tab)
  })

  it('is searched, opened and saved one by one without anything of it running', async () => {
    await using tab = await world.visit(link)
    await tab.untilSaid(/Save all as a zip/)
    for (const name of scriptNames.filter((one) => !one.includes('/')).slice(0, 5)) {
      const shown = safe[paths.indexOf(name)] ?? ''
      await tab.page.getByLabel('Find a file by its name').fill(shown)
      const row = tab.page.locator('folder-view').getByRole('button', { name: `Save ${shown}` })
      const saved = await tab.save(row)
      expect(saved.name).not.toMatch(/[/\\<>"|]/)
      const place = paths.indexOf(name)
      expect(await readFile(saved.path, 'utf8')).toBe(Buffer.from(textOf(name, place)).toString())
    }
    await expectQuiet(tab)
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
