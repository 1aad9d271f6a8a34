import { base64urlnopad } from '@scure/base'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SentShare } from '../seed/sent-share.ts'
import { TestSeed } from '../seed/test-seed.ts'

const share = await SentShare.make('B11', { chunkCount: 2 })

let seed: TestSeed
beforeAll(async () => {
  seed = await TestSeed.start()
  await seed.send(share)
})
afterAll(() => seed[Symbol.asyncDispose]())

const paths = ['', '/data', '/index', '/checkpoint', '/extents', '/extents/0', '/held']

it.each(paths)(
  'B11: hands out %j as octets to save, which no browser shows, runs or guesses at',
  async (path) => {
    const { headers } = await seed.ask(share, path)
    expect(headers.get('content-type')).toBe('application/octet-stream')
    expect(headers.get('content-disposition')).toBe('attachment')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; frame-ancestors 'none'; sandbox",
    )
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin')
    expect(headers.get('access-control-allow-origin')).toBe('*')
    expect(headers.get('set-cookie')).toBeNull()
  },
)

it.each(['/v1/shares/%zz', '/nothing', '/healthz'])(
  'B11: says nothing that a browser might show or guess at: %s',
  async (path) => {
    const { headers } = await fetch(`${seed.url}${path}`)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toMatch(/sandbox/)
    expect(headers.get('referrer-policy')).toBe('no-referrer')
  },
)

it('B11: cannot be linked to, because the token goes in a header and nowhere else', async () => {
  const token = base64urlnopad.encode(share.readToken)
  const base = `${seed.url}/v1/shares/${share.id}/data`
  for (const query of [
    `?token=${token}`,
    `?authorization=Bearer%20${token}`,
    `?readToken=${token}`,
  ]) {
    expect((await fetch(`${base}${query}`)).status).toBe(403)
  }
  const cookie = await seed.ask(share, '/data', {
    authorization: '',
    headers: { cookie: `token=${token}` },
  })
  expect(cookie.status).toBe(403)
})

it('B11: lets any page ask leave once, for every call and header of the interface', async () => {
  for (const method of ['PATCH', 'PUT', 'GET']) {
    const answer = await seed.ask(share, '/data', {
      method: 'OPTIONS',
      authorization: '',
      headers: {
        origin: 'https://page.example',
        'access-control-request-method': method,
        'access-control-request-headers': 'authorization,content-range,content-type',
        'access-control-request-private-network': 'true',
      },
    })
    expect(answer.status).toBe(204)
    expect(answer.headers.get('access-control-allow-methods')).toContain(method)
    expect(answer.headers.get('access-control-allow-headers')).toContain('content-range')
    expect(answer.headers.get('access-control-allow-private-network')).toBe('true')
    expect(Number(answer.headers.get('access-control-max-age'))).toBeGreaterThan(3600)
  }
})

it('E12: logs no id, token, path or whole address', async () => {
  await seed.ask(share, '/data')
  await seed.ask(share, `/receipts?challenge=${'ab'.repeat(16)}`)
  const log = JSON.stringify(seed.log)
  expect(seed.log.length).toBeGreaterThan(5)
  expect(log).toContain('"route":"/v1/shares/:id/data"')
  expect(log).toContain('"address":"127.0.0.0/24"')
  for (const secret of [
    share.id,
    base64urlnopad.encode(share.readToken),
    Buffer.from(share.readToken).toString('hex'),
    '127.0.0.1',
    'ab'.repeat(16),
  ]) {
    expect(log).not.toContain(secret)
  }
  const metrics = await (await fetch(`${seed.url}/metrics`)).text()
  expect(metrics).toContain('skerry_seed_stored_bytes')
  expect(metrics).not.toContain(share.id)
})
