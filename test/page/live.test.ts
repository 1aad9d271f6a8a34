import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hashFile, writeRandomFile } from '../scenario/files.ts'
import { PageWorld } from './page-world.ts'

const BYTES = 24 * 1024 * 1024

let world: PageWorld
let path = ''

beforeAll(async () => {
  world = await PageWorld.start()
  path = world.path('in', 'growing.bin')
  await writeRandomFile(path, BYTES)
})
afterAll(() => world[Symbol.asyncDispose]())

describe('a share that is still being uploaded', () => {
  it('is received as it grows, from the second its link was made', async () => {
    await using sender = await world.visit()
    const link = await sender.chooseAndSend(path, { pauseAt: BYTES / 8 })
    await using recipient = await world.visit(link)
    await recipient.untilSaid(/The sender is still uploading/)
    const download = await recipient.startSave()
    // Which one depends on where the sender was: a later piece may be there before an earlier one.
    await recipient.untilSaid(/Waiting for the sender|do not have the next piece yet/)
    await recipient.untilSaved(1)
    await sender.continue()
    expect(await hashFile(await download.path())).toBe(await hashFile(path))
    await recipient.untilSaid(/every byte checked/)
    await sender.untilStored()
    expect([...sender.complaints, ...recipient.complaints]).toEqual([])
  })

  it('is gone for everybody once the sender stops it', async () => {
    await using sender = await world.visit()
    const link = await sender.chooseAndSend(path, { pauseAt: BYTES / 8 })
    await using recipient = await world.visit(link)
    await recipient.startSave()
    await sender.page.getByRole('button', { name: 'Stop' }).click()
    await recipient.untilSaid('The sender deleted this share')
    await sender.page.getByRole('button', { name: 'Remove from this list' }).click()
    await sender.reload()
    await sender.untilSaid('Drop files or folders here')
    expect(await sender.page.locator('unfinished-card').count()).toBe(0)
    await recipient.reload()
    await recipient.untilSaid('The sender deleted this share')
  })
})
