import { once } from 'node:events'
import { mkdtempDisposable, readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { PageMemory } from '../scenario/page-memory.ts'
import { UnwatchedBrowser } from '../scenario/unwatched-browser.ts'

const GROWTH_MAX = 40 * 1024 * 1024
const SOURCE = join(import.meta.dirname, '..', '..', 'protocol', 'memory.ts')

it('what a page gives back is free at once: 500 MiB of chunks take little of it', async () => {
  const grown = await growthOf(`
    for (let i = 0; i < 2000; i += 1) free(new Uint8Array(256 * 1024).fill(1))`)
  expect(grown).toBeLessThan(GROWTH_MAX)
})

it('a page that gives everything back still has its small things collected', async () => {
  const grown = await growthOf(`
    for (let i = 0; i < 20_000; i += 1) {
      // What each chunk leaves, and memory that nobody touches.
      new MessageChannel().port1.close()
      new AbortController()
      free(new Uint8Array(1024 * 1024))
      if (i % 100 === 0) await new Promise((resolve) => setTimeout(resolve))
    }`)
  expect(grown).toBeLessThan(GROWTH_MAX)
})

/** By how many bytes a page grows at most whose worker does so, with `free` of ours. */
async function growthOf(work: string): Promise<number> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'skerry-memory-'))
  const code = stripTypeScriptTypes(await readFile(SOURCE, 'utf8'))
  await using server = await serve(`${code}\nfreeAsInChromium()\n${work}\npostMessage('done')`)
  await using browser = await UnwatchedBrowser.start(folder.path)
  const page = await browser.open(originOf(server), 60_000)
  const memory = await PageMemory.start(browser.browser)
  await page.evaluate(async () => {
    const worker = new Worker('/work.js', { type: 'module' })
    await new Promise((resolve) => {
      worker.addEventListener('message', resolve)
    })
  })
  return await memory.grownBytes()
}

/** A page with nothing in it, and a script for its worker. */
async function serve(script: string): Promise<Server> {
  const server = createServer(({ url }, answer) => {
    const isScript = url === '/work.js'
    answer.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    answer.end(isScript ? script : '<!doctype html>')
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return server
}

function originOf(server: Server): string {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return `http://127.0.0.1:${address.port}/`
}
