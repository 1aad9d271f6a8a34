import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeRandomFile } from '../scenario/files.ts'
import { PageWorld } from './page-world.ts'

let world: PageWorld

beforeAll(async () => {
  world = await PageWorld.start()
})
afterAll(async () => {
  world.network.signalSeeds('SIGCONT')
  await world[Symbol.asyncDispose]()
})

it('a tab that lists an unfinished share touches nothing of it that another has gone on with since', async () => {
  const path = world.path('in', 'large.bin')
  await writeRandomFile(path, 1_000_000)
  await using one = await world.visit()
  world.network.signalSeeds('SIGSTOP')
  const link = await one.chooseAndSend(path)
  await one.reload()
  await one.untilSaid('Not finished yet')
  const two = await one.another(world.network.url)
  await two.untilSaid('Not finished yet')
  await one.resume(path)

  await two.page.getByRole('button', { name: 'Forget it' }).click()
  await two.untilSaid('Another tab is sending this share')
  await expect.poll(() => two.page.locator('unfinished-card').count()).toBe(0)

  await one.reload()
  await one.untilSaid('Not finished yet')
  world.network.signalSeeds('SIGCONT')
  await two.resume(path)
  await two.untilStored()
  expect(await two.link()).toBe(link)

  await one.page.locator('unfinished-card input#files').setInputFiles(path)
  await one.untilSaid('This share is no longer unfinished')
  await expect.poll(() => one.page.locator('unfinished-card').count()).toBe(0)
  expect([...one.complaints, ...two.complaints]).toEqual([])
})
