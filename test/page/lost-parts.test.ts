import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeRandomFile } from '../scenario/files.ts'
import { PageWorld } from './page-world.ts'

const BYTES = 24 * 1024 * 1024

let world: PageWorld
let path = ''

beforeAll(async () => {
  world = await PageWorld.start()
  path = world.path('in', 'large.bin')
  await writeRandomFile(path, BYTES)
})
afterAll(() => world[Symbol.asyncDispose]())

describe('a page that lacks something', () => {
  it('says nothing of what was left unfinished while the part that goes on with it does not load, and works', async () => {
    await using sender = await world.visit(world.network.url, { serviceWorkers: 'block' })
    await sender.chooseAndSend(path)
    await sender.pauseAt(BYTES / 8)
    await sender.page.context().route(/send-desk/, (route) => route.abort())
    const isLacking = sender.page.waitForEvent('requestfailed', (request) =>
      request.url().includes('send-desk'),
    )
    await sender.reload()
    await isLacking
    await sender.choose(path)
    await sender.untilSaid('Encrypt and send')
    expect(await sender.page.locator('crash-note').count()).toBe(0)
    expect(sender.complaints).toEqual([])
  })
})
