import { equal } from 'node:assert/strict'
import type { CaseContext } from '../case-runner.ts'
import { PageWorld } from '../page/page-world.ts'
import type { Tab } from '../page/tab.ts'
import { hashFile, writeRandomFile } from '../scenario/files.ts'
import { firstChunkMs } from './raw/first-chunk.ts'
import { median, ratioText, secondsOf } from './raw/figures.ts'
import { rawRate } from './raw/raw-channel.ts'

export const title =
  'saves from the page of the sender alone, verified and decrypted, against bare data channels of the same pages'

const BYTES = 64 * 1024 * 1024
const ROUNDS = 3
const TIMEOUT_MS = 120_000

type Bench = Readonly<{ world: PageWorld; sender: Tab; link: string; sha256: string }>

export async function run({ note }: CaseContext): Promise<string> {
  await using world = await PageWorld.startWith({ args: ['--no-restart'] })
  const path = world.path('in', 'file.bin')
  await writeRandomFile(path, BYTES)
  await using sender = await world.visit()
  const link = await sender.chooseAndSend(path)
  await sender.untilStored(TIMEOUT_MS)
  const bench = { world, sender, link, sha256: await hashFile(path) }
  const figures: string[] = []
  for (const [count, target] of [
    [1, '≥ 0.90'],
    [3, '≥ 0.85'],
  ] as const) {
    const ratios: number[] = []
    // The first round warms both.
    for (let round = 0; round <= ROUNDS; round += 1) {
      const { raw, ours } = await measure(bench, count)
      note(`to ${count}: raw ${(raw / 1e6).toFixed(1)}, ours ${(ours / 1e6).toFixed(1)} MB/s`)
      if (round > 0) ratios.push(ours / raw)
    }
    figures.push(`to ${count}: ${ratioText(median(ratios), target)}`)
  }
  const first = []
  for (let round = 0; round < ROUNDS; round += 1) first.push(await firstChunk(bench))
  figures.push(`first chunk ${median(first).toFixed(0)} ms after the yes (target ≤ 500 ms)`)
  return figures.join(', ')
}

/** @returns Bytes a second, of all that receive at once: the bare channels, and from the click to the whole file. */
async function measure(
  { world, sender, link, sha256 }: Bench,
  count: number,
): Promise<{ raw: number; ours: number }> {
  await using open = new AsyncDisposableStack()
  const tabs: Tab[] = []
  while (tabs.length < count) tabs.push(open.use(await world.visit(link)))
  for (const tab of tabs) {
    await tab.answer('Yes')
    await tab.untilSaid('Save the file')
  }
  await Promise.all(tabs.map((tab) => tab.untilPeers(count)))
  const raw = await rawRate(
    sender.page,
    tabs.map(({ page }) => page),
    BYTES,
  )
  world.network.signalSeeds('SIGSTOP')
  let saved: string[] = []
  const seconds = await secondsOf(async () => {
    const all = await Promise.all(tabs.map((tab) => tab.save()))
    saved = all.map(({ path }) => path)
  })
  world.network.signalSeeds('SIGCONT')
  for (const path of saved) equal(await hashFile(path), sha256)
  for (const tab of tabs) equal((await tab.swarm())?.seedBytes, 0)
  return { raw, ours: (BYTES * count) / seconds }
}

/** @returns How long after the person's yes the first chunk came, while a save waits for it. */
async function firstChunk({ world, link }: Bench): Promise<number> {
  await using tab = await world.visit(link)
  await tab.untilSaid('Save the file')
  world.network.signalSeeds('SIGSTOP')
  await tab.startSave()
  const ms = await firstChunkMs(tab.page, () => tab.answer('Yes'))
  world.network.signalSeeds('SIGCONT')
  return ms
}
