import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseTokenUrl } from '../../protocol/token.ts'
import { PageWorld } from '../page/page-world.ts'
import { sendFromMemory } from '../page/send-from-memory.ts'
import type { Tab } from '../page/tab.ts'

let world: PageWorld
let link = ''
/** Another origin of the same machine, so that nothing but ours stands between. */
const elsewhere = createServer((_request, response) => {
  response.setHeader('content-type', 'text/html').end('<p>A page of somebody else</p>')
})

beforeAll(async () => {
  elsewhere.listen(0, '127.0.0.1')
  await once(elsewhere, 'listening')
  world = await PageWorld.start()
  link = await sendFromMemory(world.network.url, { paths: ['kept.txt'] })
})
afterAll(async () => {
  elsewhere.close()
  await world[Symbol.asyncDispose]()
})

/** Opens somebody else's page in the browser of a person who uses the network. */
async function visitElsewhere(tab: Tab): Promise<Page> {
  const page = await tab.page.context().newPage()
  await page.goto(`http://127.0.0.1:${portOf(elsewhere)}/`)
  return page
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

/** How often a route answered so far, by status, as the signal server counts it. */
async function answersOf(route: string): Promise<Map<string, number>> {
  const text = await (await fetch(`${world.network.url}/metrics`)).text()
  const lines = text.matchAll(/answers_total\{route="([^"]+)",status="(\d+)"\} (\d+)/g)
  const ours = [...lines].filter(([, counted]) => counted === route)
  return new Map(ours.map(([, , status = '', count]) => [status, Number(count)]))
}

describe('B12: a page of somebody else', () => {
  it('finds nothing to borrow in the browser of a person who sends and receives', async () => {
    await using tab = await world.visit(link)
    await tab.save()
    expect(await tab.page.context().cookies()).toEqual([])
    expect(await tab.page.evaluate(() => [document.cookie, localStorage.length])).toEqual(['', 0])
    for (const { url } of [world.network, ...world.network.seeds]) {
      const { headers } = await fetch(`${url}/metrics`)
      expect(headers.get('set-cookie')).toBeNull()
      expect(headers.get('access-control-allow-credentials')).toBeNull()
    }
  })

  it('gets no grant and no share by a form or a request that needs no leave', async () => {
    await using tab = await world.visit(link)
    await tab.save()
    const page = await visitElsewhere(tab)
    const { token } = parseTokenUrl(link)
    const share = `/v1/shares/${token.shareId}`
    const seeds = world.network.seeds.map(({ url }) => url)
    const targets = [
      `${world.network.url}/v1/grants`,
      `${world.network.url}/v1/seeds`,
      ...seeds.flatMap((url) => [`${url}${share}`, `${url}${share}/data`, `${url}${share}/open`]),
    ]
    const before = await answersOf('/v1/grants')
    const grant = JSON.stringify({ shareId: token.shareId, maxChunks: 1 })
    await page.evaluate(
      async ([urls, body]) => {
        const types = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']
        for (const url of urls) {
          for (const type of types) {
            const request = { method: 'POST', headers: { 'content-type': type }, body } as const
            // What comes back is kept from such a page; what matters is what was done.
            await fetch(url, { ...request, mode: 'no-cors', credentials: 'include' }).catch(() => 0)
          }
        }
      },
      [targets, grant] as const,
    )
    const after = await answersOf('/v1/grants')
    expect(after.get('200')).toBe(before.get('200'))
    expect((after.get('415') ?? 0) - (before.get('415') ?? 0)).toBe(3)
    expect((await tab.save()).name).toBe('kept.txt')
  })
})
