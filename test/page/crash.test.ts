import { expect, it } from 'vitest'
import { holdTransfers } from './hold-transfers.ts'
import { PageWorld } from './page-world.ts'

/** More than is asked for ahead. */
const BYTES = 48 * 1024 * 1024

it('a mistake of ours in the middle of a save: the browser shows at once that its download failed, and the page says why', async () => {
  await using world = await PageWorld.start('--no-restart')
  const { link } = await world.store(BYTES)
  await using recipient = await world.visit(link)
  await recipient.untilSaid('Save the file')
  await holdTransfers(recipient.page, BYTES / 6)
  const download = await recipient.startSave()
  await recipient.untilSaved(1)
  const [worker] = recipient.page.workers()
  await worker?.evaluate(() => void Promise.reject(new Error('a mistake')))
  expect(await download.failure()).not.toBeNull()
  await recipient.page.locator('crash-note').waitFor()
})
