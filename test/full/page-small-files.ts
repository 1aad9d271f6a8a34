import { deepEqual } from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import type { CaseContext } from '../case-runner.ts'
import { PageWorld } from '../page/page-world.ts'
import { readZip } from '../page/read-zip.ts'
import { hashTree, writeSmallFiles } from '../scenario/files.ts'

export const title = 'a folder of 5,000 files goes from page to page, as a zip and into a folder'

const COUNT = 5000
const TIMEOUT_MS = 300_000

export async function run({ dir, note }: CaseContext): Promise<string> {
  await using world = await PageWorld.startWith({ args: ['--no-restart'], parent: dir })
  const folder = world.path('many files')
  await writeSmallFiles(folder, COUNT)
  note('sending them')
  await using sender = await world.visit()
  sender.page.setDefaultTimeout(TIMEOUT_MS)
  const startMs = performance.now()
  await sender.choose(folder, 'folder')
  const link = await sender.send()
  await sender.untilStored(TIMEOUT_MS)
  const sentMs = performance.now()
  note('saving them')
  await using recipient = await world.visit(link)
  recipient.page.setDefaultTimeout(TIMEOUT_MS)
  const saved = await recipient.save()
  const savedMs = performance.now()
  const expected = await hashTree(folder)
  deepEqual(withoutFolder(readZip(await readFile(saved.path))), expected)
  await recipient.saveIntoFolder('target')
  // The zip is whole already.
  await recipient.untilSavesDone(2)
  const texts = await recipient.readFolder('target')
  const names = texts.map(([name]) => name.replace('many files/', ''))
  deepEqual(names.toSorted(), [...expected.keys()].toSorted())
  const [sent, zipped] = [sentMs - startMs, savedMs - sentMs]
  return `sent in ${formatSeconds(sent)}, saved as a zip in ${formatSeconds(zipped)}`
}

function withoutFolder(files: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...files].map(([name, hash]) => [name.replace('many files/', ''), hash]))
}

function formatSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
