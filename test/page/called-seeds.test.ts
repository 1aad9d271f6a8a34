import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeUtf8, encodeUtf8 } from '../../protocol/bytes.ts'
import { formatPayload, parsePayload } from '../../protocol/room/payload.ts'
import { formatServerMessage, parseServerMessage } from '../../protocol/room/server-message.ts'
import { hashFile, writeRandomFile } from '../scenario/files.ts'
import { send } from '../scenario/round-trip.ts'
import { PageWorld } from './page-world.ts'
import { SignalProxy, type Overheard } from './signal-proxy.ts'

const BYTES = 6 * 1024 * 1024

declare global {
  var openedConnections: number
}

let world: PageWorld
let proxy: SignalProxy

beforeAll(async () => {
  world = await PageWorld.start()
  proxy = await SignalProxy.start(world.network.url)
})
afterAll(async () => {
  await proxy[Symbol.asyncDispose]()
  await world[Symbol.asyncDispose]()
})

describe('seeds that the page reaches over WebRTC alone', () => {
  it('C01: serve all of it, and nobody who changed an answer on its way', async () => {
    const path = world.path('in', 'shared.bin')
    await writeRandomFile(path, BYTES)
    const { link } = await send(world.network, 'in')
    let changedCount = 0
    proxy.meddle = (message) => {
      const text = changedCount === 0 ? changedAnswer(message) : undefined
      if (text !== undefined) changedCount += 1
      return text
    }
    await using tab = await world.visit('about:blank')
    // As where no address of theirs can be asked from this browser.
    for (const { url } of world.network.seeds)
      await tab.page.context().route(`${url}/**`, (route) => route.abort('connectionrefused'))
    await tab.page.addInitScript(countOpened)
    await tab.page.goto(link.replace(world.network.url, proxy.url))
    expect(await hashFile((await tab.save()).path)).toBe(await hashFile(path))
    await tab.untilSaid(/every byte checked/)
    const swarm = await tab.swarm()
    expect(swarm).toMatchObject({ mode: 'seeds-only', peerBytes: 0 })
    expect(swarm?.seedBytes).toBeGreaterThanOrEqual(BYTES)
    expect(changedCount).toBe(1)
    // The one whose answer was changed is not opened, and may be called anew.
    const opened = await tab.page.evaluate(() => globalThis.openedConnections)
    expect(await tab.madeConnections()).toBeGreaterThan(opened)
    expect(tab.complaints).toEqual([])
  })
})

/** Runs in the page before its scripts. */
function countOpened(): void {
  globalThis.openedConnections = 0
  const Real = globalThis.RTCPeerConnection
  globalThis.RTCPeerConnection = class extends Real {
    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      this.addEventListener('connectionstatechange', () => {
        if (this.connectionState === 'connected') globalThis.openedConnections += 1
      })
    }
  }
}

/** The answer of a seed with one more line, which any browser would take; undefined for all else. */
function changedAnswer({ way, text }: Overheard): string | undefined {
  const said = way === 'to-page' ? parseServerMessage(text) : undefined
  if (said?.type !== 'relay') return undefined
  const words = decodeUtf8(parsePayload(said.payload))
  if (!words.includes('"type":"answer"')) return undefined
  const changed = words.replace(/(a=setup:\w+)/, String.raw`$1\r\na=changed:1`)
  return formatServerMessage({ ...said, payload: formatPayload(encodeUtf8(changed)) })
}
