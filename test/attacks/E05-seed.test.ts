import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { request } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { faultOf } from '../protocol/owner.ts'
import { parseShareId } from '../../protocol/share-id.ts'
import { SentShare } from '../seed/sent-share.ts'
import { TestSeed } from '../seed/test-seed.ts'

const share = await SentShare.make('E05', { chunkCount: 2 })

let seed: TestSeed
beforeAll(async () => {
  seed = await TestSeed.start()
  await seed.send(share)
})
afterAll(() => seed[Symbol.asyncDispose]())

const ids = [
  '..',
  '%2e%2e',
  '..%2f..%2f..%2fetc%2fpasswd',
  '....%2f%2f',
  `${'0'.repeat(38)}%2f`,
  `${'0'.repeat(39)}%00`,
  '0'.repeat(39),
  '0'.repeat(41),
  'A'.repeat(40),
  'g'.repeat(40),
  `${'0'.repeat(39)}\u{FF10}`,
  '__proto__',
  's',
]

it.each(ids)('E05: takes %j for no id, in any call', async (id) => {
  for (const [method, path] of [
    ['GET', ''],
    ['PUT', ''],
    ['GET', '/data'],
    ['PATCH', '/data'],
    ['PUT', '/index'],
    ['POST', '/open'],
    ['GET', '/extents/0'],
  ] as const) {
    const status = await rawStatus(method, `/v1/shares/${encodeRest(id)}${path}`)
    expect([400, 403, 404]).toContain(status)
  }
  expect(await readdir(join(seed.dir, 'shares'))).toEqual([share.id.slice(0, 2)])
})

it.each(['..', '../share', '-1', '1e3', '0x1', '%2e%2e%2fshare', '99999999999999999'])(
  'E05: takes %j for no extent',
  async (extent) => {
    const answer = await seed.ask(share, `/extents/${extent.replaceAll('/', '%2f')}`)
    expect([400, 404]).toContain(answer.status)
  },
)

it('E05: lets only 40 digits of hex be an id, so that nothing else reaches a path or a key', async () => {
  for (const id of ids) {
    expect(await faultOf(() => parseShareId(decodeURIComponent(id)))).toBe('REQUEST_INVALID')
  }
})

/** As it stands: `fetch` would tidy the path up. */
function rawStatus(method: string, path: string): Promise<number | undefined> {
  const { hostname, port } = new URL(seed.url)
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, method, path }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
    asked.on('error', reject)
    asked.end()
  })
}

function encodeRest(id: string): string {
  return id.replaceAll(/[^\u{20}-\u{7E}]/gu, (letter) => encodeURIComponent(letter))
}
