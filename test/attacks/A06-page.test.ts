import { cp, rm } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { PageWorld } from '../page/page-world.ts'
import { writeRandomFile } from '../scenario/files.ts'

/** More than may be on its way to the seeds when the sender pauses. */
const BYTES = 64 * 1024 * 1024

let world: PageWorld

beforeAll(async () => {
  world = await PageWorld.start('--no-restart')
})
afterAll(() => world[Symbol.asyncDispose]())

/** Both seeds are as they were at some time: copies of their folders, kept or put back while they stand still. */
async function turnSeeds(how: 'keep' | 'roll back'): Promise<void> {
  await Promise.all(
    world.network.seeds.map(async (seed) => {
      const kept = `${seed.dir}-kept`
      await world.network.killSeed(seed)
      const [from, to] = how === 'keep' ? [seed.dir, kept] : [kept, seed.dir]
      await rm(to, { recursive: true, force: true })
      await cp(from, to, { recursive: true })
      await world.network.startSeed(seed)
    }),
  )
}

it('A06: a page that saw a share whole is shown no part of it for the whole, also after a reload', async () => {
  const path = world.path('in', 'large.bin')
  await writeRandomFile(path, BYTES)
  await using sender = await world.visit()
  const link = await sender.chooseAndSend(path, { pauseAt: BYTES / 8 })
  await using reader = await world.visit(link)
  await reader.untilSaid('The sender is still uploading')
  await turnSeeds('keep')
  const keptMs = Date.now()
  await sender.continue()
  await sender.untilStored()
  await reader.page.waitForFunction(() => {
    const receive = document.querySelector('skerry-app')?.snapshot?.receive
    return receive !== undefined && receive.live === undefined
  })
  await turnSeeds('roll back')
  await reader.reload()
  await reader.untilSaid(
    'The seeds show less of this share than this browser has seen of it before',
  )
  // Whoever never saw it is told how old the news is, and that it is not all.
  await using stranger = await world.visit(link)
  await stranger.untilSaid(/The sender (is still uploading|has not finished).*Last news: /s)
  const lastMs = await stranger.page.evaluate(
    () => document.querySelector('skerry-app')?.snapshot?.receive?.live?.lastMs,
  )
  expect(lastMs).toBeLessThanOrEqual(keptMs)
  expect([...reader.complaints, ...stranger.complaints]).toEqual([])
})
