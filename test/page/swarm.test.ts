import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { hashFile, writeRandomFile } from '../scenario/files.ts'
import { holdTransfers } from './hold-transfers.ts'
import { PageWorld } from './page-world.ts'
import type { Tab } from './tab.ts'

const BYTES = 6 * 1024 * 1024

let world: PageWorld
let path = ''
let sha256 = ''

beforeAll(async () => {
  world = await PageWorld.start()
  path = world.path('in', 'shared.bin')
  await writeRandomFile(path, BYTES)
  sha256 = await hashFile(path)
})
afterEach(() => world.network.signalSeeds('SIGCONT'))
afterAll(() => world[Symbol.asyncDispose]())

/** Lets others help and saves. @returns The hash of what was saved. */
async function saveWithOthers(recipient: Tab): Promise<string> {
  await recipient.answer('Yes')
  return hashFile((await recipient.save()).path)
}

describe('others with the link', () => {
  it('are spoken to only after the yes, which is remembered, and no more after a no', async () => {
    await using sender = await world.visit()
    const link = await sender.chooseAndSend(path)
    await sender.untilStored()
    await using recipient = await world.visit(link)
    await recipient.untilSaid('Let others with this link help? They will see your IP address.')
    expect(await hashFile((await recipient.save()).path)).toBe(sha256)
    expect(await recipient.swarm()).toMatchObject({ mode: 'seeds-only', peerBytes: 0 })
    expect(await recipient.madeConnections()).toBe(0)
    // What has saved all of it looks for nobody.
    await recipient.reload()
    await recipient.answer('Yes')
    await recipient.untilPeers(1)
    await recipient.reload()
    await recipient.untilPeers(1)
    await recipient.answer('No, seeds only')
    await recipient.untilPeers(0)
    await recipient.reload()
    await recipient.untilSaid('You chose seeds only')
    expect(await recipient.madeConnections()).toBe(0)
    expect([...sender.complaints, ...recipient.complaints]).toEqual([])
  })

  it('are asked about by browser, not by tab: a no stays, whatever another tab sets besides', async () => {
    const { link } = await world.store(BYTES, 'tabs.bin')
    await using first = await world.visit(link)
    await first.answer('Yes')
    await first.untilSaid('Others may help')
    await using second = await first.another(link)
    await second.untilSaid('Others may help')
    await first.answer('No, seeds only')
    await first.untilSaid('You chose seeds only')
    await second.page.getByRole('switch').uncheck()
    await second.untilSaid('Off.')
    await using third = await first.another(link)
    await third.untilSaid('You chose seeds only')
    expect(await third.madeConnections()).toBe(0)
  })

  it('may come through a relay as soon as the network has one, though its seeds are the same', async () => {
    const { link } = await world.store(BYTES, 'relay.bin')
    await using recipient = await world.visit(link)
    await recipient.untilSaid('Let others with this link help?')
    const relayed = recipient.page.getByRole('button', { name: 'Yes, through a relay' })
    expect(await relayed.count()).toBe(0)
    await recipient.page.context().route(/v1\/network$/, async (route) => {
      const response = await route.fetch()
      const network: unknown = await response.json()
      const iceServers = [{ urls: ['turn:127.0.0.1:9'], username: 'one', credential: 'word' }]
      await route.fulfill({ response, json: Object.assign({}, network, { iceServers }) })
    })
    // It looks at the network again.
    await recipient.page.workers()[0]?.evaluate(() => dispatchEvent(new Event('online')))
    await relayed.waitFor()
    expect(recipient.complaints).toEqual([])
  })

  it('are not waited for while the part of the page that reaches them does not load', async () => {
    await using sender = await world.visit()
    const link = await sender.chooseAndSend(path)
    await sender.untilStored()
    await using recipient = await world.visit(link)
    await recipient.page.context().route(/rtc-host/, (route) => route.abort())
    const isLacking = recipient.page.waitForEvent('requestfailed', (request) =>
      request.url().includes('rtc-host'),
    )
    await recipient.answer('Yes')
    await isLacking
    expect(await hashFile((await recipient.save()).path)).toBe(sha256)
    expect(await recipient.madeConnections()).toBe(0)
    expect(recipient.complaints).toEqual([])
  })

  it('are not even asked about where the sender chose seeds only', async () => {
    await using sender = await world.visit()
    const link = await sender.chooseAndSend(path, { people: 'forbidden' })
    await sender.untilStored()
    await sender.untilSaid('You chose that it comes from seeds only.')
    await using recipient = await world.visit(link)
    await recipient.untilSaid('The sender chose that it comes from seeds only.')
    expect(await hashFile((await recipient.save()).path)).toBe(sha256)
    expect(await recipient.swarm()).toMatchObject({ question: undefined, giving: undefined })
    expect(await recipient.madeConnections()).toBe(0)
    expect(await sender.madeConnections()).toBe(0)
  })

  it('help beside the seeds: what is late there comes from them', async () => {
    await using sender = await world.visit()
    const link = await sender.chooseAndSend(path)
    await sender.untilStored()
    await using recipient = await world.visit(link)
    // The seeds take what it asks of the second half, and do not answer.
    const held = await holdTransfers(recipient.page, BYTES / 2)
    expect(await saveWithOthers(recipient)).toBe(sha256)
    await recipient.untilSaid(/every byte checked/)
    expect((await recipient.swarm())?.peerBytes).toBeGreaterThan(BYTES / 4)
    await held.letGo()
    expect([...sender.complaints, ...recipient.complaints]).toEqual([])
  })
})

describe("the sender's page alone", () => {
  it('brings it to three at once while no seed answers, and is needed until one does', async () => {
    world.network.signalSeeds('SIGSTOP')
    await using sender = await world.visit()
    const link = await sender.chooseAndSend(path)
    await using first = await world.visit(link)
    await using second = await world.visit(link)
    await using third = await world.visit(link)
    const recipients = [first, second, third]
    const saved = await Promise.all(recipients.map((recipient) => saveWithOthers(recipient)))
    expect(saved).toEqual([sha256, sha256, sha256])
    for (const recipient of recipients) {
      await recipient.untilSaid(/every byte checked/)
      expect(await recipient.swarm()).toMatchObject({ seedBytes: 0 })
    }
    await sender.untilSaid('Keep this page open')
    await sender.untilSaid(/MB given so far/)
    world.network.signalSeeds('SIGCONT')
    await sender.untilStored()
    expect([sender, ...recipients].flatMap(({ complaints }) => complaints)).toEqual([])
  })
})

describe('a page that saved it', () => {
  it('passes it on while it is open and its switch is on, without seed and sender', async () => {
    const sender = await world.visit()
    const link = await sender.chooseAndSend(path)
    await sender.untilStored()
    await using first = await world.visit(link)
    expect(await saveWithOthers(first)).toBe(sha256)
    await first.untilSaid(/every byte checked/)
    await first.untilSaid('You can close this page now.')
    await sender[Symbol.asyncDispose]()
    world.network.signalSeeds('SIGSTOP')
    await using second = await world.visit(link)
    expect(await saveWithOthers(second)).toBe(sha256)
    await first.untilSaid(/MB given so far/)
    expect(await second.swarm()).toMatchObject({ seedBytes: 0 })
    // Off, what was kept for others goes: it is where the person wanted it.
    await first.page.getByRole('switch').uncheck()
    await expect.poll(() => first.keptChunks()).toBe(0)
    await first.page.getByRole('switch').check()
    await first.untilSaid('Nothing is kept here for others just now.')
    expect([...first.complaints, ...second.complaints]).toEqual([])
  })

  it('says so where nothing can be kept, such as in a second tab with the link, and not where the person let go of it', async () => {
    const { link } = await world.store(BYTES, 'kept once.bin')
    await using first = await world.visit(link)
    await saveWithOthers(first)
    await first.untilSaid('Nothing was asked for yet.')
    await using second = await first.another(link)
    await second.save()
    await second.untilSaid('Nothing is kept here: the browser has no room for it')
    await first.page.getByRole('switch').uncheck()
    await expect.poll(() => first.keptChunks()).toBe(0)
    await first.page.getByRole('switch').check()
    await first.untilSaid(/What you save here|Nothing is kept here for others/)
    expect(first.complaints).toEqual([])
  })
})
