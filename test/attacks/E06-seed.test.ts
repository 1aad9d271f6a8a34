import { afterAll, beforeAll, expect, it } from 'vitest'
import { CHECKPOINT_BODY_BYTES_MAX, INDEX_SEALED_BYTES_MAX } from '../../protocol/limits.ts'
import { SentShare } from '../seed/sent-share.ts'
import { TestSeed } from '../seed/test-seed.ts'

const share = await SentShare.make('E06', { chunkCount: 2 })
const JSON_TYPE = { 'content-type': 'application/json' }

let seed: TestSeed
beforeAll(async () => {
  seed = await TestSeed.start()
  await seed.send(share)
})
afterAll(() => seed[Symbol.asyncDispose]())

const bombs = {
  'a poisoned prototype': '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"x":1}}}',
  'a deep nest': `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  'a long number': `1e${'9'.repeat(5000)}`,
}

it.each(Object.entries(bombs))('E06: parses no JSON from the network: %s', async (_name, body) => {
  for (const [method, path] of [
    ['POST', '/open'],
    ['PUT', ''],
    ['PUT', '/checkpoint'],
    ['PUT', '/index'],
    ['PATCH', '/data'],
  ] as const) {
    const answer = await seed.ask(share, path, { method, body, headers: JSON_TYPE })
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.status).toBeLessThan(500)
  }
  expect(Object.hasOwn(Object.prototype, 'isAdmin')).toBe(false)
  expect((await seed.ask(share, '/held')).status).toBe(200)
})

it('E06: reads no body that is longer than its route needs', async () => {
  const tooLong = {
    '': 1000,
    '/open': 65,
    '/checkpoint': CHECKPOINT_BODY_BYTES_MAX + 1,
    '/index': INDEX_SEALED_BYTES_MAX + 1,
  }
  for (const [path, length] of Object.entries(tooLong)) {
    const method = path === '/open' ? 'POST' : 'PUT'
    const answer = await seed.ask(share, path, { method, body: new Uint8Array(length) })
    expect([path, answer.status]).toEqual([path, 413])
  }
})

it('E06: reads no long body of somebody without the token', async () => {
  const body = new Uint8Array(1_000_000)
  const options = { method: 'PUT', body, authorization: '' }
  expect((await seed.ask(share, '/index', options)).status).toBe(403)
})
