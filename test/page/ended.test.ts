import { writeFile } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { writeRandomFile } from '../scenario/files.ts'
import { PageWorld } from './page-world.ts'
import type { Tab } from './tab.ts'

let world: PageWorld
let path = ''

beforeAll(async () => {
  world = await PageWorld.start()
  path = world.path('in', 'shared.bin')
  await writeRandomFile(path, 2 * 1024 * 1024)
})
afterEach(() => world.network.signalSeeds('SIGCONT'))
afterAll(() => world[Symbol.asyncDispose]())

describe('a share that its owner deletes from elsewhere', () => {
  it('is kept by no page that saved it, and given by none, nor by the one that sent it', async () => {
    await using sender = await world.visit()
    await shortenMinutes(sender)
    const link = await sender.chooseAndSend(path)
    await sender.untilStored()
    // Nothing begins to wait for a minute before a minute is short.
    world.network.signalSeeds('SIGSTOP')
    await using recipient = await world.visit(link)
    await shortenMinutes(recipient)
    world.network.signalSeeds('SIGCONT')
    await recipient.answer('Yes')
    await recipient.untilPeers(1)
    await recipient.save()
    await expect.poll(() => recipient.keptChunks()).toBeGreaterThan(0)
    await deleteShare(await ownerLinkOf(sender))
    await recipient.untilSaid('The sender deleted this share')
    await expect.poll(() => recipient.keptChunks()).toBe(0)
    await recipient.untilPeers(0)
    await sender.untilSaid('This share was deleted')
    await expect.poll(() => givenTo(sender)).toBe(0)
    expect([...sender.complaints, ...recipient.complaints]).toEqual([])
  })
})

/** How many others the sender's page is connected to. */
function givenTo({ page }: Tab): Promise<number | undefined> {
  return page.evaluate(
    () => document.querySelector('skerry-app')?.snapshot?.sends.at(-1)?.swarm?.peerCount,
  )
}

async function ownerLinkOf({ page }: Tab): Promise<string> {
  const owner = await page.evaluate(
    () => document.querySelector('skerry-app')?.snapshot?.sends.at(-1)?.ownerLink,
  )
  return String(owner)
}

async function deleteShare(owner: string): Promise<void> {
  await writeFile(world.path('owner.txt'), owner)
  const { code } = await world.network.run(['delete', '--token-file', world.path('owner.txt')])
  expect(code).toBe(0)
}

/** What waits for a minute in the page's worker waits for half a second from now on. */
async function shortenMinutes(tab: Tab): Promise<void> {
  await tab.page.workers()[0]?.evaluate(() => {
    const wait = globalThis.setTimeout
    Object.assign(globalThis, {
      setTimeout: (run: () => void, ms: number) => wait(run, ms === 60_000 ? 500 : ms),
    })
  })
}
