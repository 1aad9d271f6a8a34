import { deepEqual, equal, ok } from 'node:assert/strict'
import { chunkCountOf, paddedBytes } from '../../protocol/padme.ts'
import { secondsOf } from '../bench/raw/figures.ts'
import type { CaseContext } from '../case-runner.ts'
import { countGiven, givenTimes } from '../page/given-chunks.ts'
import { OwnBrowsers } from '../page/own-browsers.ts'
import { PageWorld } from '../page/page-world.ts'
import type { FormChoice, Tab } from '../page/tab.ts'
import { hashFile, writeRandomFile } from '../scenario/files.ts'

const MIB = Number(process.env['SKERRY_MIB'] ?? 32)

export const title =
  `${MIB} MiB go the same from one page to 1, 3 and 8 others, each a browser with a profile of its own: ` +
  'from the sender alone, from seeds alone, and from both'

const BYTES = MIB * 1024 ** 2
const CHUNKS = chunkCountOf(paddedBytes(BYTES))
const COUNTS = [1, 3, 8] as const
const TIMEOUT_MS = 300_000

/** Who brings it: whether seeds answer, and what people chose. */
type Mode = Readonly<{
  name: string
  areSeedsAway?: true
  people?: NonNullable<FormChoice['people']>
  answer?: 'Yes' | 'No, seeds only'
}>

const modes: readonly Mode[] = [
  { name: 'sender alone', areSeedsAway: true, answer: 'Yes' },
  { name: 'seeds alone, as each recipient chose', answer: 'No, seeds only' },
  { name: 'seeds alone, as the sender chose', people: 'forbidden' },
  { name: 'both', answer: 'Yes' },
]

type Scene = Readonly<{ world: PageWorld; recipients: OwnBrowsers; path: string; sha256: string }>

export async function run({ dir, note }: CaseContext): Promise<string> {
  await using world = await PageWorld.startWith({ args: ['--no-restart'], parent: dir })
  await using recipients = await OwnBrowsers.start(Math.max(...COUNTS))
  const path = world.path('in', 'shared.bin')
  await writeRandomFile(path, BYTES)
  const scene = { world, recipients, path, sha256: await hashFile(path) }
  const lines: string[] = []
  for (const mode of modes) {
    const figures: string[] = []
    for (const count of COUNTS) {
      figures.push(`to ${count} ${await bring(scene, mode, count)}`)
      note(`${mode.name} ${figures.at(-1)}`)
    }
    lines.push(`${mode.name}: ${figures.join(', ')}`)
  }
  return lines.join('; ')
}

/** Sends it anew, and has so many save it at once. @returns What it took. */
async function bring(scene: Scene, mode: Mode, count: number): Promise<string> {
  const { world, recipients, path } = scene
  await using open = new AsyncDisposableStack()
  const sender = open.use(await world.visit('about:blank'))
  await countGiven(sender.page)
  await sender.page.goto(world.network.url)
  const link = await sender.chooseAndSend(path, mode.people ? { people: mode.people } : {})
  await sender.untilStored(TIMEOUT_MS)
  if (mode.areSeedsAway) world.network.signalSeeds('SIGSTOP')
  open.defer(() => world.network.signalSeeds('SIGCONT'))
  const tabs = await recipients.visit(link, count)
  for (const tab of tabs) open.use(tab)
  await Promise.all(tabs.map((tab) => answer(tab, mode)))
  const seconds = await secondsOf(() => Promise.all(tabs.map((tab) => save(tab, scene))))
  const { seedBytes, peerBytes } = await broughtTo(tabs, mode)
  deepEqual(
    [sender, ...tabs].flatMap(({ complaints }) => complaints),
    [],
  )
  const sources = `${megabytes(peerBytes)} MB from peers and ${megabytes(seedBytes)} from seeds`
  return `in ${seconds.toFixed(1)} s, ${sources}${timesText(await givenTimes(sender.page))}`
}

/** Where no seed answers, the page waits some seconds for one before it asks: that is none of what is measured. */
async function answer(tab: Tab, { answer: words }: Mode): Promise<void> {
  tab.page.setDefaultTimeout(TIMEOUT_MS)
  if (words !== undefined) await tab.answer(words)
}

async function save(tab: Tab, { sha256 }: Scene): Promise<void> {
  equal(await hashFile((await tab.save()).path), sha256)
  await tab.untilSaid(/every byte checked/, TIMEOUT_MS)
}

/** @returns What came from whom, of all together. @throws where anything came from whom the mode leaves out. */
async function broughtTo(
  tabs: readonly Tab[],
  { areSeedsAway, answer: words }: Mode,
): Promise<{ seedBytes: number; peerBytes: number }> {
  const sum = { seedBytes: 0, peerBytes: 0 }
  for (const tab of tabs) {
    const { seedBytes = 0, peerBytes = 0 } = (await tab.swarm()) ?? {}
    if (areSeedsAway) equal(seedBytes, 0, 'bytes from seeds that do not answer')
    if (words !== 'Yes') {
      equal(peerBytes, 0, 'bytes from peers that nobody asked')
      equal(await tab.madeConnections(), 0, 'connections where seeds alone were chosen')
    }
    ok(seedBytes + peerBytes >= BYTES, 'each byte to come from somebody')
    sum.seedBytes += seedBytes
    sum.peerBytes += peerBytes
  }
  return sum
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0)
}

function timesText(times: readonly number[]): string {
  if (times.length === 0) return ''
  const mean = times.reduce((sum, count) => sum + count, 0) / CHUNKS
  return `, a chunk left the sender ${mean.toFixed(2)} times (${Math.max(...times)} at most)`
}
