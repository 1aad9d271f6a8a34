import type { CaseContext } from '../case-runner.ts'
import { PageWorld } from '../page/page-world.ts'
import type { Tab } from '../page/tab.ts'
import { writeRandomFile, writeSmallFiles } from '../scenario/files.ts'
import { longestTasks } from './raw/thread-trace.ts'

export const title =
  "longest task of ours on the page's own thread, in CPU time of that thread, while it sends and saves"

const BYTES = 256 * 1024 * 1024
const COUNT = 5000
const TIMEOUT_MS = 300_000

type Work = (tab: Tab) => Promise<void>

export async function run({ note }: CaseContext): Promise<string> {
  await using world = await PageWorld.start()
  const file = world.path('in', 'file.bin')
  const folder = world.path('many files')
  await writeRandomFile(file, BYTES)
  await writeSmallFiles(folder, COUNT)
  const figures: string[] = []
  let link = ''
  const measure = async (what: string, url: string, work: Work): Promise<void> => {
    note(what)
    await using tab = await world.visit('about:blank')
    const tracing = {
      start: (categories: string[]) => world.browser.startTracing(tab.page, { categories }),
      stop: () => world.browser.stopTracing(),
    }
    const { all, ours } = await longestTasks(tracing, async () => {
      await tab.page.goto(url)
      await work(tab)
    })
    figures.push(`${what} ${ours.toFixed(0)} ms (with the browser's ${all.toFixed(0)})`)
  }
  await measure('sending a file', world.network.url, async (tab) => {
    link = await tab.chooseAndSend(file)
    await tab.untilStored(TIMEOUT_MS)
  })
  await measure('saving it', link, async (tab) => {
    await tab.save()
    await tab.untilSaid(/every byte checked/, TIMEOUT_MS)
  })
  await measure('sending a folder of 5,000', world.network.url, async (tab) => {
    await tab.choose(folder, 'folder')
    link = await tab.send()
    await tab.untilStored(TIMEOUT_MS)
  })
  await measure('saving it as a zip', link, async (tab) => {
    await tab.save()
    await tab.page.getByLabel('Find a file by its name').fill('file-49')
    await tab.untilSaid(/every byte checked/, TIMEOUT_MS)
  })
  return `${figures.join(', ')} (target ≤ 50 ms)`
}
