import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { alpha } from '../signal/test-seed.ts'
import { ListeningSignal } from '../signal/listening-signal.ts'

const INSIDE = 'inside'

let root = ''
let signal: ListeningSignal

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'skerry-page-'))
  const appDir = join(root, 'app')
  await mkdir(appDir)
  await mkdir(join(root, 'keys'))
  await writeFile(join(appDir, 'index.html'), INSIDE)
  await writeFile(join(root, 'keys', 'signal.key'), 'secret')
  signal = await ListeningSignal.start({ appDir })
})
afterAll(async () => {
  await signal[Symbol.asyncDispose]()
  await rm(root, { recursive: true })
})

/** As nothing on the way would send it: no client of ours lets these through. */
async function getRaw(path: string): Promise<string> {
  return signal.talk([`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`])
}

describe('E05: a path', () => {
  it('that is the page itself is served', async () => {
    expect(await getRaw('/index.html')).toContain(INSIDE)
  })

  it.each([
    '/../keys/signal.key',
    '/./../keys/signal.key',
    '/%2e%2e/keys/signal.key',
    '/%2e%2e%2fkeys%2fsignal.key',
    '/..%5ckeys%5csignal.key',
    '/..%c0%afkeys/signal.key',
    '/....//keys/signal.key',
    '//etc/passwd',
    '/index.html/../../keys/signal.key',
    '/%00/../keys/signal.key',
    'http://x/../keys/signal.key',
  ])('leads nowhere else: %s', async (path) => {
    const answer = await getRaw(path)
    expect(answer).toMatch(/^HTTP\/1\.1 (400|403|404) /)
    expect(answer).toContain('"code":"REQUEST_INVALID"')
  })

  it.each([
    alpha.id.toUpperCase(),
    alpha.id.slice(1),
    `${alpha.id}0`,
    `..%2f${alpha.id.slice(5)}`,
    `%00${alpha.id.slice(1)}`,
    `${alpha.id.slice(1)}%0a`,
    '__proto__',
    'constructor',
    'a'.repeat(5000),
  ])('with something else than an id of a seed in it is refused: %s', async (id) => {
    const response = await fetch(`${signal.url}/v1/seeds/${id}/state`, {
      method: 'PUT',
      headers: { 'content-type': 'application/octet-stream' },
      body: new Blob([alpha.state(Date.now())]),
    })
    expect([400, 404, 414]).toContain(response.status)
    expect(await response.json()).toMatchObject({ code: 'REQUEST_INVALID' })
  })
})
