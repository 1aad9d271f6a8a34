import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { RunningSeed } from '../e2e/network.ts'
import { hashFile } from '../scenario/files.ts'
import { type HeldTransfers, holdTransfers } from './hold-transfers.ts'
import { PageWorld } from './page-world.ts'
import { stopOnItsWay } from './stop-on-its-way.ts'
import type { Tab } from './tab.ts'

/** More than is asked for ahead: less than that is not asked for from its first byte on. */
const BYTES = 40 * 1024 * 1024
const AWAY_MS = 5000

let world: PageWorld
let path = ''
let link = ''

// Whatever dies here stays dead until it is started again.
beforeAll(async () => {
  world = await PageWorld.start('--no-restart')
  ;({ path, link } = await world.store(BYTES))
})
afterEach(() => world.network.mend())
afterAll(() => world[Symbol.asyncDispose]())

async function forAWhile(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, AWAY_MS))
}

function seedAt(index: number): RunningSeed {
  return world.network.seed(index)
}

/** Kills a seed that a transfer is on its way to or from. @returns The seed. */
async function killInTheMiddle(tab: Tab, held: HeldTransfers): Promise<RunningSeed> {
  const dead = await stopOnItsWay(world.network, tab, held)
  await world.network.killSeed(dead)
  const other = seedAt(1 - world.network.seeds.indexOf(dead))
  process.kill(world.network.pidOf(other), 'SIGCONT')
  return dead
}

describe('while a share is sent', () => {
  it('a seed dies in the middle: the page says which, and stores it once the seed is back', async () => {
    await using sender = await world.visit()
    const held = await holdTransfers(sender.page, BYTES / 8)
    const sent = await sender.chooseAndSend(path)
    await sender.untilSent(BYTES / 8)
    const dead = await killInTheMiddle(sender, held)
    await sender.untilSaid(
      new RegExp(`Waiting for ${dead.operator.replaceAll(/[()]/g, String.raw`\$&`)}`),
    )
    expect(await sender.page.title()).toMatch(/^\d+ % safe · Skerry$/)
    await world.network.startSeed(dead)
    await sender.untilStored()
    await using recipient = await world.visit(sent)
    expect(await hashFile((await recipient.save()).path)).toBe(await hashFile(path))
    expect([...sender.complaints, ...recipient.complaints]).toEqual([])
  })

  it('both seeds fall silent and come back: the page says so, and it goes on by itself', async () => {
    await using sender = await world.visit()
    await sender.chooseAndSend(path, { pauseAt: BYTES / 8 })
    world.network.signalSeeds('SIGSTOP')
    await sender.continue()
    await sender.untilSaid('Nothing has arrived at a seed for a while')
    expect(await sender.page.getByText(/You can close this page/).count()).toBe(0)
    world.network.signalSeeds('SIGCONT')
    await sender.untilStored()
    expect(sender.complaints).toEqual([])
  })
})

describe('a share that is stopped', () => {
  it('is deleted where a seed answers, while another one is silent', async () => {
    await using sender = await world.visit()
    const sent = await sender.chooseAndSend(path, { pauseAt: BYTES / 2 })
    const silent = seedAt(0)
    process.kill(world.network.pidOf(silent), 'SIGSTOP')
    await sender.page.getByRole('button', { name: 'Stop' }).click()
    await sender.untilSaid('is being deleted')
    await sender.untilSaid('is deleted.')
    process.kill(world.network.pidOf(silent), 'SIGCONT')
    await using recipient = await world.visit(sent)
    await recipient.untilSaid('The sender deleted this share')
    expect(sender.complaints).toEqual([])
  })

  it('is said to stay where no seed answers, with the link that deletes it, and is deleted by another try', async () => {
    await using sender = await world.visit()
    const sent = await sender.chooseAndSend(path, { pauseAt: BYTES / 8 })
    world.network.signalSeeds('SIGSTOP')
    await sender.page.getByRole('button', { name: 'Stop' }).click()
    await sender.untilSaid('Stopped, but not deleted')
    const owner = sender.page.getByLabel('Owner link, keep it secret')
    expect(await owner.inputValue()).toContain('/#')
    world.network.signalSeeds('SIGCONT')
    await sender.page.getByRole('button', { name: 'Try again' }).click()
    await sender.untilSaid('is deleted.')
    await using recipient = await world.visit(sent)
    await recipient.untilSaid('The sender deleted this share')
    expect(sender.complaints).toEqual([])
  })
})

describe('while a share is saved', () => {
  it('a seed dies in the middle: the other one has it all', async () => {
    await using recipient = await world.visit(link)
    const held = await holdTransfers(recipient.page, BYTES / 8)
    const download = await recipient.startSave()
    await recipient.untilSaved(BYTES / 8)
    const dead = await killInTheMiddle(recipient, held)
    expect(await hashFile(await download.path())).toBe(await hashFile(path))
    await recipient.untilSaid(/every byte checked/)
    await world.network.startSeed(dead)
    expect(recipient.complaints).toEqual([])
  })

  it('one of two seeds is dead: the page says which, and that the other one brings it', async () => {
    const [dead, slow] = [seedAt(0), seedAt(1)]
    await using recipient = await world.visit(link)
    await recipient.untilSaid('Save the file')
    process.kill(world.network.pidOf(slow), 'SIGSTOP')
    await world.network.killSeed(dead)
    const download = await recipient.startSave()
    const name = `${dead.operator} (${dead.jurisdiction})`
    await recipient.untilSaid(`${name} does not answer just now; the other one brings it.`)
    process.kill(world.network.pidOf(slow), 'SIGCONT')
    expect(await hashFile(await download.path())).toBe(await hashFile(path))
    await recipient.untilSaid(/every byte checked/)
    await world.network.startSeed(dead)
    expect(recipient.complaints).toEqual([])
  })

  it('both seeds die and come back: the page says that none answers, and goes on by itself', async () => {
    await using recipient = await world.visit(link)
    await recipient.untilSaid('Save the file')
    await Promise.all(world.network.seeds.map((seed) => world.network.killSeed(seed)))
    const download = await recipient.startSave()
    await recipient.untilSaid(/No seed answers just now|have not answered yet/)
    // Nor does anything begin for whoever comes only now.
    await using late = await world.visit(link)
    await late.untilSaid('The seeds do not answer. Trying again.')
    await forAWhile()
    await Promise.all(world.network.seeds.map((seed) => world.network.startSeed(seed)))
    expect(await hashFile(await download.path())).toBe(await hashFile(path))
    await late.untilSaid('Save the file')
    expect([...recipient.complaints, ...late.complaints]).toEqual([])
  })
})
