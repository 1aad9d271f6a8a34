import { equal } from 'node:assert/strict'
import type { PageWorld } from '../page/page-world.ts'
import { hashFile } from './files.ts'
import { PageMemory } from './page-memory.ts'

/** What one file cost on its way from a page to a page. */
export type PageTrip = Readonly<{
  sendSeconds: number
  saveSeconds: number
  /** Growth of the sending and the saving page, in bytes. */
  sendGrowth: number
  saveGrowth: number
  link: string
}>

/** Sends a file from one page and saves it from another one: it must come back the same. */
export async function pageTrip(
  world: PageWorld,
  path: string,
  timeoutMs: number,
): Promise<PageTrip> {
  await using sender = await world.visit()
  await sender.choose(path)
  const sending = await PageMemory.start(world.browser)
  const sentMs = performance.now()
  const link = await sender.send()
  await sender.untilStored(timeoutMs)
  const sendSeconds = secondsSince(sentMs)
  const sendGrowth = await sending.grownBytes()
  await sender.page.close()
  await using recipient = await world.visit(link)
  recipient.page.setDefaultTimeout(timeoutMs)
  await recipient.untilSaid('Save the file')
  const saving = await PageMemory.start(world.browser)
  const savedMs = performance.now()
  const saved = await recipient.save()
  await recipient.untilSaid(/every byte checked/, timeoutMs)
  const saveSeconds = secondsSince(savedMs)
  const saveGrowth = await saving.grownBytes()
  equal(await hashFile(saved.path), await hashFile(path))
  return { sendSeconds, saveSeconds, sendGrowth, saveGrowth, link }
}

function secondsSince(startMs: number): number {
  return (performance.now() - startMs) / 1000
}
