import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { TurnServer } from '../lab/turn-server.ts'
import { hashFile, writeRandomFile } from '../scenario/files.ts'
import { readWords } from './overheard-words.ts'
import { PageWorld } from './page-world.ts'
import { SignalProxy } from './signal-proxy.ts'

const BYTES = 2 * 1024 * 1024

const turn = await TurnServer.start()
if (turn === undefined) process.stdout.write('No coturn found: relayed pages are not tried.\n')
afterAll(() => turn?.[Symbol.asyncDispose]())

describe.skipIf(turn === undefined)('relayed mode', () => {
  let world: PageWorld
  let proxy: SignalProxy
  let path = ''
  let sha256 = ''

  beforeAll(async () => {
    world = await PageWorld.start(...(turn?.args ?? []))
    proxy = await SignalProxy.start(world.network.url)
    path = world.path('in', 'shared.bin')
    await writeRandomFile(path, BYTES)
    sha256 = await hashFile(path)
  })
  afterEach(() => {
    world.network.signalSeeds('SIGCONT')
    proxy.overheard.length = 0
  })
  afterAll(async () => {
    await proxy[Symbol.asyncDispose]()
    await world[Symbol.asyncDispose]()
  })

  /** Sends from one page, and saves from another one what that one alone brings. @returns All that each said. */
  async function passOn(
    people: 'relayed' | undefined,
    answer: 'Yes' | 'Yes, through a relay',
  ): Promise<{ sender: string[]; recipient: string[] }> {
    await using sender = await world.visit(proxy.url)
    const link = await sender.chooseAndSend(path, people === undefined ? {} : { people })
    await sender.untilStored()
    await using recipient = await world.visit(link)
    await recipient.untilSaid('Save the file')
    world.network.signalSeeds('SIGSTOP')
    await recipient.answer(answer)
    await recipient.untilPeers(1)
    expect(await hashFile((await recipient.save()).path)).toBe(sha256)
    await recipient.untilSaid(/every byte checked/)
    expect(await recipient.swarm()).toMatchObject({ mode: 'relayed', seedBytes: 0 })
    expect([...sender.complaints, ...recipient.complaints]).toEqual([])
    const words = await readWords(proxy.overheard, link)
    const sockets = words.map(({ socket }) => socket)
    // The sender's page was there first.
    const [first, last] = [Math.min(...sockets), Math.max(...sockets)]
    const textsOf = (socket: number): string[] =>
      words.filter((word) => word.socket === socket).map(({ text }) => text)
    return { sender: textsOf(first), recipient: textsOf(last) }
  }

  it('of the sender lets no address leave any page, and the file comes through the relay', async () => {
    const { sender, recipient } = await passOn('relayed', 'Yes')
    for (const texts of [sender, recipient]) {
      expect(texts.filter((text) => text.includes('typ relay')).length).toBeGreaterThan(0)
      expect(texts.filter((text) => isTelling(text))).toEqual([])
    }
  })

  it('of a recipient alone lets no address leave that page', async () => {
    const { sender, recipient } = await passOn(undefined, 'Yes, through a relay')
    expect(recipient.filter((text) => text.includes('typ relay')).length).toBeGreaterThan(0)
    expect(recipient.filter((text) => isTelling(text))).toEqual([])
    expect(sender.filter((text) => isTelling(text)).length).toBeGreaterThan(0)
  })
})

/** Says an address of the machine: as a candidate, or where the relay's came from. */
function isTelling(text: string): boolean {
  return (
    /typ (host|srflx|prflx)|raddr (?!0\.0\.0\.0)/.test(text) || /c=IN IP4 (?!0\.0\.0\.0)/.test(text)
  )
}
