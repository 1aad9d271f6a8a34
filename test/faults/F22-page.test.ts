import { appendFile, mkdir, readFile, rename, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PageWorld } from '../page/page-world.ts'
import { readZip } from '../page/read-zip.ts'
import { hashFile, writeRandomFile } from '../scenario/files.ts'
import { killSender } from '../scenario/page-kills.ts'

const BYTES = 40 * 1024 * 1024
/** Whoever keeps nothing sends more of it again than what is on its way at two kills. */
const KILLS_BYTES = 64 * 1024 * 1024
/** Not sent before it is paused. */
const SMALL_BYTES = 16 * 1024 * 1024

let world: PageWorld

beforeAll(async () => {
  world = await PageWorld.start()
})
afterAll(() => world[Symbol.asyncDispose]())

async function largeFile(name: string, bytes = BYTES): Promise<string> {
  const path = world.path(name, 'large.bin')
  await writeRandomFile(path, bytes)
  return path
}

describe("F22: a sender's page", () => {
  it('that dies at random moments goes on with the same files under the same link', async () => {
    const path = await largeFile('kills', KILLS_BYTES)
    const plan = { path, bytes: KILLS_BYTES, kills: 2, seed: 2 }
    const { link, again, inFlight } = await killSender(world, plan)
    expect(again).toBeLessThan(inFlight)
    await using recipient = await world.visit(link)
    expect(await hashFile((await recipient.save()).path)).toBe(await hashFile(path))
  })

  it('asks for the password again, and says when it is another one', async () => {
    const path = await largeFile('password', SMALL_BYTES)
    await using sender = await world.visit()
    const link = await sender.chooseAndSend(path, {
      password: 'the right one',
      pauseAt: SMALL_BYTES / 8,
    })
    await sender.reload()
    const card = sender.page.locator('unfinished-card')
    await card.getByLabel('Its password').fill('another one')
    await card.locator('input#files').setInputFiles(path)
    await sender.untilSaid('That is not the password of this share')
    await sender.resume(path, 'the right one')
    await sender.untilStored()
    expect(await sender.link()).toBe(link)
  })

  it('goes on with a folder, an empty one in it, and a file beside it, picked one after the other', async () => {
    const trip = world.path('several', 'trip')
    const notes = world.path('several', 'notes.txt')
    const large = world.path('several', 'trip', 'large.bin')
    await mkdir(join(trip, 'nothing in it'), { recursive: true })
    await writeRandomFile(large, BYTES)
    await writeFile(notes, 'notes')
    await using sender = await world.visit()
    await sender.drop(trip, notes)
    const link = await sender.send({ pauseAt: BYTES / 8 })
    await sender.reload()
    const card = sender.page.locator('unfinished-card')
    await card.locator('input#folder').setInputFiles(trip)
    await sender.untilSaid('1 file is still missing: notes.txt.')
    await card.locator('input#files').setInputFiles(notes)
    await sender.untilStored()
    expect(await sender.link()).toBe(link)
    await using recipient = await world.visit(link)
    const hashes = [
      ['trip/large.bin', await hashFile(large)],
      ['trip/nothing in it/', ''],
      ['notes.txt', await hashFile(notes)],
    ] as const
    expect(readZip(await readFile((await recipient.save()).path))).toEqual(new Map(hashes))
    expect([...sender.complaints, ...recipient.complaints]).toEqual([])
  })

  it('sends nothing of files that are not the same', async () => {
    const path = await largeFile('other', SMALL_BYTES)
    await using sender = await world.visit()
    await sender.chooseAndSend(path, { pauseAt: 0 })
    await sender.reload()
    await writeFile(path, 'something else')
    await sender.page.locator('unfinished-card input#files').setInputFiles(path)
    await sender.untilSaid('These are not the same files')
    expect(await sender.page.locator('send-card').count()).toBe(0)
  })

  it('ends with a reason when a file changes while it is sent, and nobody is left waiting', async () => {
    const path = await largeFile('changing')
    await using sender = await world.visit()
    await sender.drop(path)
    const link = await sender.send({ pauseAt: BYTES / 8 })
    await appendFile(path, 'more')
    await utimes(path, new Date(), new Date(Date.now() + 5000))
    await sender.continue()
    await sender.untilSaid('A file changed while it was being sent')
    expect(await sender.page.getByLabel('Link to share').count()).toBe(0)
    await using recipient = await world.visit(link)
    await recipient.untilSaid('The sender deleted this share')
    expect(sender.complaints).toEqual([])
  })

  it('keeps what was sent of a file that cannot be read: nobody knows whether it changed', async () => {
    const path = await largeFile('unreadable')
    await using sender = await world.visit()
    await sender.chooseAndSend(path, { pauseAt: BYTES / 8 })
    await utimes(path, new Date(), new Date(Date.now() + 5000))
    await sender.continue()
    await sender.untilSaid('A file cannot be read')
    await sender.page.getByRole('button', { name: 'Remove from this list' }).click()
    await sender.untilSaid('Not finished yet')
    expect(sender.complaints).toEqual([])
  })

  it('goes on by itself with a file that could not be read, once it can be', async () => {
    const path = await largeFile('away')
    await using sender = await world.visit()
    const link = await sender.chooseAndSend(path, { pauseAt: BYTES / 8 })
    await rename(path, `${path}.away`)
    await sender.continue()
    await sender.untilSaid('A file cannot be read')
    await rename(`${path}.away`, path)
    await sender.page.getByRole('button', { name: 'Try again' }).click()
    await sender.untilStored()
    expect(await sender.link()).toBe(link)
    expect(sender.complaints).toEqual([])
  })

  it('deletes what it sent of a file that cannot be read, where the person wants that', async () => {
    const path = await largeFile('lost')
    await using sender = await world.visit()
    const link = await sender.chooseAndSend(path, { pauseAt: BYTES / 8 })
    await rename(path, `${path}.away`)
    await sender.continue()
    await sender.untilSaid('A file cannot be read')
    await sender.page.getByRole('button', { name: 'Stop' }).click()
    await sender.untilSaid('What the seeds had received is deleted.')
    expect(await sender.page.getByText('A file cannot be read').count()).toBe(0)
    await using recipient = await world.visit(link)
    await recipient.untilSaid('The sender deleted this share')
    expect(sender.complaints).toEqual([])
  })

  it('reads a file once more that another program had for a moment', async () => {
    const path = await largeFile('locked', SMALL_BYTES)
    await using sender = await world.visit()
    await sender.choose(path)
    await sender.page.workers()[0]?.evaluate(lockOnce)
    await sender.send()
    await sender.untilStored()
    expect(sender.complaints).toEqual([])
  })
})

/** Runs in the page's worker: whatever is read at first is locked for a moment. */
function lockOnce(): void {
  let isLocked = true
  const { prototype } = Blob
  const real: unknown = Reflect.get(prototype, 'arrayBuffer')
  Object.assign(prototype, {
    async arrayBuffer(this: Blob): Promise<unknown> {
      if (isLocked) {
        setTimeout(() => (isLocked = false))
        throw new DOMException('Locked.', 'NotReadableError')
      }
      const bytes: unknown = typeof real === 'function' && (await Reflect.apply(real, this, []))
      return bytes
    },
  })
}
