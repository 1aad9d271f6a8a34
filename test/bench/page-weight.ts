import { ok } from 'node:assert/strict'
import { PageWorld } from '../page/page-world.ts'
import { sendFromMemory } from '../page/send-from-memory.ts'

export const title =
  'compressed script that a browser loads before a person acts, page and workers, to send and to receive'

const SETTLED_MS = 1500

export async function run(): Promise<string> {
  await using world = await PageWorld.start()
  const link = await sendFromMemory(world.network.url, { paths: ['a.txt', 'b.txt'] })
  const send = await weigh(world, world.network.url)
  const receive = await weigh(world, link)
  const words = [send, receive].map((bytes) => `${(bytes / 1000).toFixed(1)} kB`)
  return `to send ${words[0]}, to receive ${words[1]} (target ≤ 70 kB)`
}

/** @returns Bytes of all scripts as they come over the line: a browser tells nobody what a worker's own weighs. */
async function weigh(world: PageWorld, url: string): Promise<number> {
  await using tab = await world.visit('about:blank')
  const scripts = new Set<string>()
  tab.page.context().on('request', (request) => {
    if (new URL(request.url()).pathname.endsWith('.js')) scripts.add(request.url())
  })
  await tab.page.goto(url)
  await tab.untilSaid(/Drop files|Save all/)
  // What a page loads by itself, it loads soon.
  await tab.page.waitForTimeout(SETTLED_MS)
  const sizes = await Promise.all([...scripts].map((script) => sizeOf(script)))
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** As browsers ask for it. */
async function sizeOf(script: string): Promise<number> {
  const answer = await fetch(script, { method: 'HEAD', headers: { 'accept-encoding': 'br' } })
  ok(answer.headers.get('content-encoding') === 'br', 'a script that comes compressed')
  return Number(answer.headers.get('content-length'))
}
