import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser } from 'playwright'
import type { IceServer } from '../../protocol/http/signal-json.ts'
import { launchBrowser } from '../browser.ts'
import { joinTabs, RtcSite, type RtcTab } from '../page/rtc/rtc-site.ts'
import { NetworkLab } from './network-lab.ts'

let lab: NetworkLab | undefined
let site: RtcSite | undefined
const browsers: Browser[] = []

beforeAll(async () => {
  const networks = await NetworkLab.start()
  lab = networks
  if (networks === undefined) {
    process.stderr.write('No lab of networks: this kernel or user may not.\n')
    return
  }
  site = await RtcSite.start()
  for (const side of ['a', 'b'] as const) {
    browsers.push(await launchBrowser((path) => networks.wrap(side, path)))
  }
})
afterAll(async () => {
  for (const browser of browsers) await browser.close()
  await site?.[Symbol.asyncDispose]()
  await lab?.[Symbol.asyncDispose]()
})

/** Connects a page in one network with one in the other. @returns Messages that came whole. */
async function passed(iceServers: readonly IceServer[]): Promise<number> {
  const made: RtcTab[] = []
  for (const browser of browsers) if (site !== undefined) made.push(await site.openIn(browser))
  const [a, b] = made
  if (a === undefined || b === undefined) throw new Error('no site')
  await joinTabs(a, b, 'one', iceServers)
  await expect.poll(async () => (await b.report()).events).toEqual(['open one'])
  await a.ask({ type: 'fill', connection: 'one', count: 4 })
  await expect.poll(async () => (await b.report()).received.length).toBe(4)
  return (await b.report()).received.filter((index) => !Number.isNaN(index)).length
}

describe('two pages, each in a Chromium behind a NAT', () => {
  it('connect by STUN', async (context) => {
    if (lab === undefined) return context.skip()
    expect(await passed([lab.stun])).toBe(4)
    return undefined
  })

  it('F18: connect by TURN over TCP, where the network of one lets no UDP pass', async (context) => {
    if (lab === undefined) return context.skip()
    lab.hinder('a', '-p udp -j DROP')
    expect(await passed([lab.stun, lab.tcpRelay])).toBe(4)
    return undefined
  })
})
