import { expect, it } from 'vitest'
import { hashFile } from '../scenario/files.ts'
import { holdTransfers } from './hold-transfers.ts'
import { PageWorld } from './page-world.ts'

/** More than is asked for ahead. */
const BYTES = 48 * 1024 * 1024

it('a browser that ends the service worker in the middle of a save: the page says that the browser ended it, and saves it anew', async () => {
  await using world = await PageWorld.start('--no-restart')
  const { path, link } = await world.store(BYTES)
  await using recipient = await world.visit(link)
  const session = await recipient.page.context().newCDPSession(recipient.page)
  await session.send('ServiceWorker.enable')
  await recipient.untilSaid('Save the file')
  const held = await holdTransfers(recipient.page, BYTES / 6)
  await recipient.startSave()
  await recipient.untilSaved(1)
  await session.send('ServiceWorker.stopAllWorkers')
  await recipient.untilSaid('The browser ended this download')
  await held.letGo()
  expect(await hashFile((await recipient.save()).path)).toBe(await hashFile(path))
  expect(recipient.complaints).toEqual([])
})
