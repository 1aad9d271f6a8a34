import { expect, it } from 'vitest'
import { hashFile } from '../scenario/files.ts'
import { PageWorld } from './page-world.ts'

const BYTES = 24 * 1024 * 1024

it('a signal server that dies: shares on their way are stored, and open links are saved', async () => {
  await using world = await PageWorld.start('--no-restart')
  const { path, link } = await world.store(BYTES)
  await using other = await world.visit()
  await other.chooseAndSend(path, { pauseAt: BYTES / 8 })
  await using recipient = await world.visit(link)
  // Somebody is there, so the page has loaded all that saving takes.
  const isLoaded = recipient.page.waitForResponse(/save-desk/)
  await recipient.page.mouse.move(10, 10)
  await recipient.untilSaid('Save the file')
  await isLoaded
  // A slow browser starts it later than it shows the share.
  await recipient.page.evaluate(async () => void (await navigator.serviceWorker.ready))
  await world.network.killSignal()
  await other.continue()
  await other.untilStored()
  expect(await hashFile((await recipient.save()).path)).toBe(await hashFile(path))
})
