import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EXTENT_BYTES_MAX, SEALED_CHUNK_BYTES_MAX } from '../../protocol/limits.ts'
import { holdTransfers } from '../page/hold-transfers.ts'
import { PageWorld } from '../page/page-world.ts'
import type { Tab } from '../page/tab.ts'
import { hashFile } from '../scenario/files.ts'
import { killRecipient } from '../scenario/page-kills.ts'
import { quietTraffic, traffic } from '../scenario/seed-watch.ts'

const BYTES = 40 * 1024 * 1024
/** Whoever keeps nothing fetches more of it again than what is on its way at two kills. */
const KILLS_BYTES = 64 * 1024 * 1024
/** Hash lists, the index, the heads of answers, and a few chunks asked for twice on a busy machine. */
const BESIDES_BYTES = 2 * EXTENT_BYTES_MAX

let world: PageWorld
let path = ''
let link = ''

beforeAll(async () => {
  world = await PageWorld.start()
  ;({ path, link } = await world.store(BYTES))
})
afterAll(() => world[Symbol.asyncDispose]())

/** Overwrites the first `chunks` of what the browser keeps. */
async function spoilKept({ page }: Tab, chunks: number): Promise<void> {
  await page.evaluate(async (bytes) => {
    const root = await navigator.storage.getDirectory()
    const folder = await root.getDirectoryHandle('chunks')
    for await (const handle of folder.values()) {
      if (!(handle instanceof FileSystemFileHandle) || !handle.name.endsWith('.data')) continue
      let writable: FileSystemWritableFileStream | undefined
      while (writable === undefined) {
        try {
          writable = await handle.createWritable({ keepExistingData: true })
        } catch (cause) {
          // The page before the reload may have it open for a moment still.
          const isOpen =
            cause instanceof DOMException && cause.name === 'NoModificationAllowedError'
          if (!isOpen) throw cause
          await new Promise((resolve) => setTimeout(resolve, 50))
        }
      }
      await writable.write({ type: 'write', position: 0, data: new Uint8Array(bytes) })
      await writable.close()
    }
  }, chunks * SEALED_CHUNK_BYTES_MAX)
}

describe("F23: a recipient's page", () => {
  it('that dies at random moments fetches again only what the browser does not keep', async () => {
    const stored = await world.store(KILLS_BYTES, 'kills.bin')
    const plan = { ...stored, bytes: KILLS_BYTES, kills: 2, seed: 1 }
    const { again, inFlight } = await killRecipient(world, plan)
    expect(again).toBeLessThan(inFlight)
  })

  it('blames nobody for what rotted in its browser, and keeps nothing once all is saved', async () => {
    await using recipient = await world.visit(link)
    await holdTransfers(recipient.page, BYTES / 2)
    await recipient.startSave()
    await recipient.untilSaved(BYTES / 4)
    await recipient.reload()
    const kept = await recipient.keptChunks()
    expect(kept).toBeGreaterThan(16)
    await spoilKept(recipient, 16)
    // The page before the reload may still be sent a part of what it asked for.
    const before = await quietTraffic(world.network)
    const saved = await recipient.save()
    expect(await hashFile(saved.path)).toBe(await hashFile(path))
    const missingBytes = BYTES - (kept - 16) * SEALED_CHUNK_BYTES_MAX
    const { sent } = await traffic(world.network)
    expect(sent - before.sent).toBeLessThan(missingBytes + BESIDES_BYTES)
    await recipient.untilSaid(/every byte checked/)
    await expect.poll(() => recipient.keptChunks()).toBe(0)
    expect(recipient.complaints).toEqual([])
  })

  it('saves all the same where the browser gives no room to keep anything', async () => {
    await using recipient = await world.visit(link)
    await recipient.limitStorage(4 * 1024 * 1024)
    const saved = await recipient.save()
    expect(await hashFile(saved.path)).toBe(await hashFile(path))
    await recipient.untilSaid(/every byte checked/)
    expect(recipient.complaints).toEqual([])
  })
})
