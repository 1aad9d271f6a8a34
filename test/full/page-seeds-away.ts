import { equal, ok } from 'node:assert/strict'
import type { CaseContext } from '../case-runner.ts'
import { PageWorld } from '../page/page-world.ts'
import { hashFile, writeRandomFile } from '../scenario/files.ts'

export const title =
  'both seeds of a share do not answer for 30 s and come back: the page goes on by itself, sending and saving'

const BYTES = 256 * 1024 ** 2
const AWAY_MS = 30_000
const TIMEOUT_MS = 180_000

export async function run({ dir, note }: CaseContext): Promise<string> {
  await using world = await PageWorld.startWith({ args: ['--no-restart'], parent: dir })
  const path = world.path('in', 'large.bin')
  await writeRandomFile(path, BYTES)
  note('sending')
  await using sender = await world.visit()
  const link = await sender.chooseAndSend(path, { pauseAt: BYTES / 8 })
  const sendSeconds = await aroundSilence(
    world,
    async () => {
      await sender.continue()
    },
    () => sender.untilStored(TIMEOUT_MS),
  )
  note('saving')
  await using recipient = await world.visit(link)
  recipient.page.setDefaultTimeout(TIMEOUT_MS)
  const download = await recipient.startSave()
  await recipient.untilSaved(BYTES / 8)
  const saveSeconds = await aroundSilence(
    world,
    async () => {
      await recipient.untilSaid(/No seed answers just now|have not answered yet|fell silent/)
    },
    async () => equal(await hashFile(await download.path()), await hashFile(path)),
  )
  await recipient.untilSaid(/every byte checked/)
  ok([...sender.complaints, ...recipient.complaints].length === 0)
  return `after them, stored in ${sendSeconds.toFixed(0)} s and saved in ${saveSeconds.toFixed(0)} s, SHA-256 the same`
}

/** @returns Seconds that `after` took once the seeds answered again. */
async function aroundSilence(
  world: PageWorld,
  meanwhile: () => Promise<void>,
  after: () => Promise<unknown>,
): Promise<number> {
  signalSeeds(world, 'SIGSTOP')
  const away = new Promise((resolve) => setTimeout(resolve, AWAY_MS))
  try {
    await meanwhile()
    await away
  } finally {
    signalSeeds(world, 'SIGCONT')
  }
  const startMs = performance.now()
  await after()
  return (performance.now() - startMs) / 1000
}

function signalSeeds({ network }: PageWorld, name: 'SIGSTOP' | 'SIGCONT'): void {
  for (const seed of network.seeds) process.kill(network.pidOf(seed), name)
}
