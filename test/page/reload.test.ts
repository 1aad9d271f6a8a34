import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SEALED_CHUNK_BYTES_MAX } from '../../protocol/limits.ts'
import { hashFile, writeRandomFile } from '../scenario/files.ts'
import { PageWorld, sentBytes } from './page-world.ts'
import type { Tab } from './tab.ts'

const BYTES = 48 * 1024 * 1024
/** Hash lists, the index and the heads of answers. */
const BESIDES_BYTES = 1_000_000

let world: PageWorld
let path = ''

beforeAll(async () => {
  world = await PageWorld.start()
  path = world.path('in', 'large.bin')
  await writeRandomFile(path, BYTES)
})
afterAll(() => world[Symbol.asyncDispose]())

/** How many chunks of its share the browser keeps. */
async function keptChunks({ page }: Tab): Promise<number> {
  return page.evaluate(async () => {
    const root = await navigator.storage.getDirectory()
    const folder = await root.getDirectoryHandle('chunks', { create: true })
    let entries = 0
    for await (const handle of folder.values()) {
      if (!(handle instanceof FileSystemFileHandle) || !handle.name.endsWith('.map')) continue
      entries += (await handle.getFile()).size / 8
    }
    return entries
  })
}

/** Overwrites the first `chunks` of what the browser keeps. */
async function spoilKept({ page }: Tab, chunks: number): Promise<void> {
  await page.evaluate(async (bytes) => {
    const root = await navigator.storage.getDirectory()
    const folder = await root.getDirectoryHandle('chunks')
    for await (const handle of folder.values()) {
      if (!(handle instanceof FileSystemFileHandle) || !handle.name.endsWith('.data')) continue
      const writable = await handle.createWritable({ keepExistingData: true })
      await writable.write({ type: 'write', position: 0, data: new Uint8Array(bytes) })
      await writable.close()
    }
  }, chunks * SEALED_CHUNK_BYTES_MAX)
}

describe('F23: a page that is loaded again in the middle of a save', () => {
  it('asks the seeds only for what it does not keep, and blames nobody for what rotted here', async () => {
    await using sender = await world.visit()
    const link = await sender.chooseAndSend(path)
    await sender.untilStored()
    await using recipient = await world.visit(link)
    const first = await recipient.startSave()
    await recipient.untilSaved(BYTES / 4)
    await recipient.reload()
    // The browser must not wait for a page that is gone.
    expect(await first.failure()).not.toBeNull()
    const kept = await keptChunks(recipient)
    expect(kept).toBeGreaterThan(32)
    await spoilKept(recipient, 16)
    const before = await sentBytes(world.network)
    const saved = await recipient.save()
    expect(await hashFile(saved.path)).toBe(await hashFile(path))
    const missingBytes = BYTES - (kept - 16) * SEALED_CHUNK_BYTES_MAX
    expect((await sentBytes(world.network)) - before).toBeLessThan(missingBytes + BESIDES_BYTES)
    await recipient.untilSaid(/every byte checked/)
    // What is saved whole is not kept a second time.
    await expect.poll(() => keptChunks(recipient)).toBe(0)
    expect(recipient.complaints).toEqual([])
  })
})

describe('F22: a page that is loaded again in the middle of an upload', () => {
  it('lists the share, and goes on with the same files under the same link', async () => {
    await using sender = await world.visit()
    const link = await sender.chooseAndSend(path)
    await sender.pauseAt(BYTES / 8)
    await sender.reload()
    await sender.untilSaid('Not finished yet')
    await sender.page.locator('unfinished-card input#files').setInputFiles(path)
    await sender.untilStored()
    expect(await sender.link()).toBe(link)
    expect(await sender.page.locator('unfinished-card').count()).toBe(0)
    await using recipient = await world.visit(link)
    const saved = await recipient.save()
    expect(await hashFile(saved.path)).toBe(await hashFile(path))
    expect([...sender.complaints, ...recipient.complaints]).toEqual([])
  })

  it('says when the files are not the same, and sends nothing of them', async () => {
    await using sender = await world.visit()
    await sender.chooseAndSend(path)
    await sender.pauseAt(0)
    await sender.reload()
    const other = world.path('other', 'large.bin')
    await writeRandomFile(other, 1000)
    await sender.page.locator('unfinished-card input#files').setInputFiles(other)
    await sender.untilSaid('These are not the same files')
    expect(await sender.page.locator('send-card').count()).toBe(0)
  })
})
