import { equal } from 'node:assert/strict'
import type { Page } from 'puppeteer-core'
import type { CaseContext } from '../case-runner.ts'
import { PageWorld } from '../page/page-world.ts'
import type { Tab } from '../page/tab.ts'
import { hashFile, writeRandomFile } from '../scenario/files.ts'
import { PAGE_GROWTH_BYTES_MAX, PageMemory } from '../scenario/page-memory.ts'
import { UnwatchedBrowser } from '../scenario/unwatched-browser.ts'
import { chooseFile, linkOf, press, untilShown } from '../scenario/unwatched-page.ts'
import { secondsOf } from './raw/figures.ts'
import { longestTasks } from './raw/thread-trace.ts'

export const title =
  'a page gives 8 others what no seed brings: its longest task, in CPU time of its own thread, its growth since it was opened, and what it gives'

const BYTES = Number(process.env['SKERRY_MIB'] ?? 32) * 1024 ** 2
const COUNT = 8
const TIMEOUT_MS = 300_000

type Share = Readonly<{ world: PageWorld; path: string; link: string; sha256: string }>

export async function run({ dir, note }: CaseContext): Promise<string> {
  await using world = await PageWorld.startWith({ args: ['--no-restart'], parent: dir })
  const path = world.path('in', 'file.bin')
  await writeRandomFile(path, BYTES)
  const source = { world, path, sha256: await hashFile(path) }
  note('from the page of the sender')
  let link = ''
  const sender = await measure(source, world.network.url, async (page) => {
    await chooseFile(page, path)
    await press(page, 'Encrypt and send')
    await untilShown(page, 'You can close this page')
    link = await linkOf(page)
    return link
  })
  note('from a page that saved it')
  const saver = await measure(source, link, async (page) => {
    await untilShown(page, 'Save the file')
    await press(page, 'Yes')
    await press(page, 'Save the file')
    await untilShown(page, 'every byte checked')
    return link
  })
  return `the sender's ${sender}; one that saved it ${saver} (targets ≤ 50 ms, < +${mib(PAGE_GROWTH_BYTES_MAX)} MiB)`
}

/** @param prepare - Has the page hold the share. @returns What it costs that page to serve it. */
async function measure(
  source: Omit<Share, 'link'>,
  url: string,
  prepare: (page: Page) => Promise<string>,
): Promise<string> {
  await using own = await UnwatchedBrowser.start(source.world.path(crypto.randomUUID()))
  const page = await own.open(url, TIMEOUT_MS)
  const memory = await PageMemory.start(own.browser)
  const share = { ...source, link: await prepare(page) }
  const before = await memory.grownBytes()
  const seconds = await serve(share)
  const grown = await memory.grownBytes()
  const given = await givenBy(page)
  // Traced apart: a trace takes time, and memory of the page.
  const tracing = {
    start: (categories: string[]) => page.tracing.start({ categories }),
    stop: () => page.tracing.stop(),
  }
  const { all, ours } = await longestTasks(tracing, async () => void (await serve(share)))
  const rates = `${rate(given / seconds)} of the ${rate((COUNT * BYTES) / seconds)} MB/s that they get`
  return `${ours.toFixed(0)} ms (with the browser's ${all.toFixed(0)}), +${mib(grown)} MiB (+${mib(before)} before it gave anything), ${rates}`
}

/** @returns Seconds until each has the whole file. */
async function serve({ world, link, sha256 }: Share): Promise<number> {
  await using open = new AsyncDisposableStack()
  world.network.signalSeeds('SIGSTOP')
  open.defer(() => world.network.signalSeeds('SIGCONT'))
  const tabs: Tab[] = []
  while (tabs.length < COUNT) tabs.push(open.use(await world.visit(link)))
  return await secondsOf(() =>
    Promise.all(
      tabs.map(async (tab) => {
        tab.page.setDefaultTimeout(TIMEOUT_MS)
        await tab.answer('Yes')
        equal(await hashFile((await tab.save()).path), sha256)
        equal((await tab.swarm())?.seedBytes, 0)
      }),
    ),
  )
}

/** What the page gave since it was opened; once nobody is there any more, that is all. */
async function givenBy(page: Page): Promise<number> {
  const given = await page.waitForFunction(() => {
    const { receive, sends } = document.querySelector('skerry-app')?.snapshot ?? {}
    const swarm = receive?.swarm ?? sends?.at(-1)?.swarm
    return swarm?.peerCount === 0 ? swarm.giving?.givenBytes : undefined
  })
  return Number(await given.jsonValue())
}

function mib(bytes: number): string {
  return (bytes / 1024 ** 2).toFixed(0)
}

function rate(bytesPerSecond: number): string {
  return (bytesPerSecond / 1e6).toFixed(1)
}
